/** Finds the function that a call means. */
import { type Catalog, keyOf, type QualifiedName, type Routine } from '../catalog/catalog.ts'
import { RestError } from '../errors.ts'
import type { MediaType } from '../request/media.ts'
import { closest } from './similar.ts'

/** Names are only proposed when they are this similar, so that a guess does not reveal what exists. */
const LEAST_NAME_SCORE = 0.75

/** What a body of each type may be the single unnamed argument of. */
const UNNAMED_TYPES: Partial<Record<MediaType['kind'], readonly string[]>> = {
  json: ['json', 'jsonb'],
  text: ['text'],
  xml: ['xml'],
  octets: ['bytea'],
}

/** Bodies that cannot name arguments. */
const isRaw = (type: MediaType) => type.kind === 'text' || type.kind === 'xml' || type.kind === 'octets'

/**
 * @param names names of the arguments given
 * @param contentType of the body; undefined for GET and HEAD
 */
export function findRoutine(
  catalog: Catalog,
  target: QualifiedName,
  names: readonly string[],
  contentType: MediaType | undefined,
): Routine {
  const overloads = catalog.routines.get(keyOf(target)) ?? []
  const given = new Set(names)
  const byNames = overloads.filter((routine) => takes(routine, given, contentType))
  const unnamed = UNNAMED_TYPES[contentType?.kind ?? 'any'] ?? []
  const candidates = byNames.length > 0
    ? byNames
    : overloads.filter(({ parameters }) =>
      parameters.length === 1 && parameters[0]!.name === '' && unnamed.includes(parameters[0]!.type)
    )
  if (candidates.length === 1) return candidates[0]!
  if (candidates.length === 0) throw notFound(catalog, target, [...given].sort(), contentType, overloads)
  throw ambiguous(candidates)
}

function takes(routine: Routine, given: ReadonlySet<string>, contentType: MediaType | undefined): boolean {
  const { parameters } = routine
  if (parameters.length === 0) return given.size === 0 && (contentType === undefined || !isRaw(contentType))
  const known = new Set(parameters.map(({ name }) => name))
  return parameters.every(({ name, required }) => !required || given.has(name)) &&
    [...given].every((name) => known.has(name))
}

function notFound(
  catalog: Catalog,
  { schema, name }: QualifiedName,
  names: readonly string[],
  contentType: MediaType | undefined,
  overloads: readonly Routine[],
): RestError {
  const list = names.join(', ')
  const raw = contentType !== undefined && isRaw(contentType)
  const signature = raw ? '' : names.length === 0 ? ' without parameters' : `(${list})`
  const searched = names.length === 0
    ? ' without parameters'
    : ` with parameter${names.length > 1 ? 's' : ''} ${list}`
  const unnamed = raw
    ? ` with a single unnamed ${UNNAMED_TYPES[contentType.kind]![0]} parameter`
    : contentType?.kind === 'json'
    ? `${searched} or with a single unnamed json/jsonb parameter`
    : searched
  return new RestError(
    404,
    'PGRST202',
    `Could not find the function ${schema}.${name}${signature} in the schema cache`,
    `Searched for the function ${schema}.${name}${unnamed}, but no matches were found in the schema cache.`,
    raw ? null : similarCall(catalog, schema, name, names, overloads),
  )
}

function similarCall(
  catalog: Catalog,
  schema: string,
  name: string,
  names: readonly string[],
  overloads: readonly Routine[],
): string | null {
  const proposal = (call: string) => `Perhaps you meant to call the function ${schema}.${call}`
  if (overloads.length === 0) {
    const known = [...catalog.routines.values()].map(([first]) => first!).filter((first) =>
      first.schema === schema
    )
    const similar = closest(known.map((routine) => routine.name), name, LEAST_NAME_SCORE)
    return similar === undefined ? null : proposal(similar)
  }
  const spell = (parameters: readonly string[]) => `(${[...parameters].sort().join(', ')})`
  const signatures = overloads.map(({ parameters }) => spell(parameters.map((parameter) => parameter.name)))
  const similar = closest(signatures, spell(names))
  return similar === undefined ? null : proposal(name + similar)
}

function ambiguous(candidates: readonly Routine[]): RestError {
  const spelt = candidates.map(({ schema, name, parameters }) =>
    `${schema}.${name}(${parameters.map((parameter) => `${parameter.name} => ${parameter.type}`).join(', ')})`
  )
  return new RestError(
    300,
    'PGRST203',
    `Could not choose the best candidate function between: ${spelt.join(', ')}`,
    null,
    'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
  )
}
