import { type Catalog, type MediaHandler, type QualifiedName, sameName } from '../catalog/catalog.ts'
import { mediaTypesUnavailable } from '../errors.ts'
import { JSON_TYPE, type MediaType, mediaTypeName } from '../request/media.ts'
import type { BodyMaker } from './plan.ts'

const BUILT_IN: Partial<Record<MediaType['kind'], BodyMaker>> = {
  json: { kind: 'json', singular: false, stripNulls: false },
  any: { kind: 'json', singular: false, stripNulls: false },
  csv: { kind: 'csv' },
  geojson: { kind: 'geojson' },
}

/** What a handler for any type says that it gives, unless the database says more. */
const UNSPECIFIED: MediaType = { kind: 'octets' }

/** A body's maker, and its type. */
interface Choice {
  readonly body: BodyMaker
  readonly media: MediaType
}

/**
 * Picks the first acceptable type that can be made. Throws PGRST107.
 * @param target the relation or function whose result it is, for handlers made for it
 * @param wholeRows whether the rows are whole: only then do handlers of one relation fit
 */
export function negotiate(
  catalog: Catalog,
  accepts: readonly MediaType[],
  target: QualifiedName,
  wholeRows: boolean,
  planEnabled: boolean,
): Choice {
  for (const type of accepts) {
    const choice = choose(catalog.mediaHandlers, type, target, wholeRows, planEnabled)
    if (choice !== undefined) return choice
  }
  throw mediaTypesUnavailable(accepts.map(mediaTypeName))
}

function choose(
  handlers: readonly MediaHandler[],
  type: MediaType,
  target: QualifiedName,
  wholeRows: boolean,
  planEnabled: boolean,
): Choice | undefined {
  switch (type.kind) {
    // Types that carry parameters mean the same everywhere and cannot be overridden.
    case 'singular':
      return { body: { kind: 'json', singular: true, stripNulls: type.stripNulls }, media: type }
    case 'strippedArray':
      return { body: { kind: 'json', singular: false, stripNulls: true }, media: type }
    case 'plan': {
      const inner = planEnabled ? choose(handlers, type.of, target, wholeRows, planEnabled) : undefined
      return inner === undefined ? undefined : { body: inner.body, media: type }
    }
  }
  const own = wholeRows ? handlers.filter((h) => h.target !== undefined && sameName(h.target, target)) : []
  const forAny = own.find(({ mediaType }) => mediaType === '*/*')
  if (forAny !== undefined) return { body: { kind: 'handler', handler: forAny }, media: UNSPECIFIED }
  const name = mediaTypeName(type)
  const handler = own.find(({ mediaType }) => mediaType === name) ??
    handlers.find((h) => h.target === undefined && h.mediaType === name)
  if (handler !== undefined) return { body: { kind: 'handler', handler }, media: type }
  const body = BUILT_IN[type.kind]
  return body === undefined ? undefined : { body, media: type.kind === 'any' ? JSON_TYPE : type }
}
