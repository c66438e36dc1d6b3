import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { BodyTooLarge, readBody } from '../http.ts'
import { RequestError } from './errors.ts'

/** The longest JSON body that Storage reads, in bytes. */
const LONGEST_BODY = 1024 * 1024

// The building blocks of request bodies. Their messages are the ones of the upstream validator.
/** A string. */
export const text = z.string('must be string')
/** A boolean, or the word for it. */
export const flag = z.preprocess(
  (value) => value === 'true' ? true : value === 'false' ? false : value,
  z.boolean('must be boolean'),
)
/** An integer, or its digits. */
export const whole = z.coerce.number('must be integer').int('must be integer')
/** One of these strings. */
export const oneOf = <const Choices extends readonly string[]>(...choices: Choices) =>
  z.enum(choices, 'must be equal to one of the allowed values')

/**
 * Reads a JSON body and checks its shape; an absent body counts as an empty object.
 * @throws {RequestError} that says which property is wrong, as the upstream validator does
 */
export async function readJson<Shape extends z.ZodType>(
  req: IncomingMessage,
  shape: Shape,
): Promise<z.output<Shape>> {
  let bytes: Buffer
  try {
    bytes = await readBody(req, LONGEST_BODY)
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      throw new RequestError('Request body is too large', 'FastifyError', 413)
    }
    throw error
  }
  let value: unknown
  try {
    value = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new RequestError((error as Error).message, 'SyntaxError')
  }
  return check(value, shape, 'body')
}

/**
 * Checks the shape of the query string.
 * @throws {RequestError} as `readJson` does
 */
export function readQuery<Shape extends z.ZodType>(query: URLSearchParams, shape: Shape): z.output<Shape> {
  return check(Object.fromEntries(query), shape, 'querystring')
}

function check<Shape extends z.ZodType>(value: unknown, shape: Shape, where: string): z.output<Shape> {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const property = issue.path.at(-1)
  const parent = issue.path.slice(0, -1)
  const holder = parent.reduce<unknown>(
    (inside, step) => (inside as Record<PropertyKey, unknown>)[step],
    value,
  )
  const isMissing = property !== undefined && typeof holder === 'object' && holder !== null &&
    !(property in holder)
  if (isMissing) {
    throw new RequestError(`${pointer(where, parent)} must have required property '${String(property)}'`)
  }
  const isWhole = issue.path.length === 0 && issue.code === 'invalid_type'
  throw new RequestError(`${pointer(where, issue.path)} ${isWhole ? 'must be object' : issue.message}`)
}

const pointer = (where: string, path: readonly PropertyKey[]) => [where, ...path.map(String)].join('/')
