/** Where in a token's claims the role stands: a JSONPath (RFC 9535), or the older syntax that began with a dot. */
import { compile } from 'json-p3'

/** Gives what a path leads to in the claims; undefined where that is nothing. */
export type RolePath = (claims: unknown) => unknown

/** The last part of an older path: the first string of a list that passes. */
const COMPARISONS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  '==': (text, wanted) => text === wanted,
  '!=': (text, wanted) => text !== wanted,
  '^==': (text, wanted) => text.startsWith(wanted),
  '==^': (text, wanted) => text.endsWith(wanted),
  '*==': (text, wanted) => text.includes(wanted),
}

const STEP =
  /\.(?:"([^"]*)"|([\p{L}\p{N}_$@]+))|\[(\d+)\]|\[\?\(@\s*(==\^|==|!=|\^==|\*==)\s*"([^"]*)"\)\]$/uy

/** Reads a path; undefined where it is none. */
export function parseRolePath(path: string): RolePath | undefined {
  return path.startsWith('$') ? parseJsonPath(path) : parseOlderPath(path)
}

function parseJsonPath(path: string): RolePath | undefined {
  try {
    const query = compile(path)
    return (claims) => query.query(claims as Parameters<typeof query.query>[0]).values()[0]
  } catch {
    return undefined
  }
}

function parseOlderPath(path: string): RolePath | undefined {
  const steps: RolePath[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path)
    if (match === null) return undefined
    steps.push(stepOf(match))
  }
  if (steps.length === 0) return undefined
  return (claims) => steps.reduce((value, step) => step(value), claims)
}

function stepOf([, quoted, plain, index, operator, wanted]: RegExpExecArray): RolePath {
  if (operator !== undefined) {
    const passes = COMPARISONS[operator]!
    return (value) =>
      Array.isArray(value)
        ? value.find((item) => typeof item === 'string' && passes(item, wanted!))
        : undefined
  }
  if (index !== undefined) {
    return (value) => Array.isArray(value) ? value[Number(index)] as unknown : undefined
  }
  const key = quoted ?? plain!
  return (value) => isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
