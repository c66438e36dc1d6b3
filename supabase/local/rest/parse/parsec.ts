/**
 * Parser combinators with the backtracking and error-merging rules of Parsec, which PostgREST's messages come from:
 * clients see "unexpected … expecting … or …" word for word, so the rules matter as much as the grammar.
 *
 * A parser looks at `input` from `at` and replies with a value or not, whether it consumed anything, and what it would
 * have accepted at the furthest place it looked. Alternatives are tried only when the first one consumed nothing.
 */

/** One thing to say about a failure. The kinds are told in this order. */
interface Message {
  readonly kind: MessageKind
  readonly text: string
}

enum MessageKind {
  /** What stood in the input, noticed by a primitive. An empty text means the end of the input. */
  SystemUnexpected,
  /** What stood in the input, noticed by `eof` or `notFollowedBy`. */
  Unexpected,
  /** What would have been accepted. */
  Expected,
}

/** Where parsing stood, and what can be said about it. */
interface Failure {
  readonly at: number
  readonly messages: readonly Message[]
}

/** What a parser answers. */
export interface Reply<T> {
  readonly ok: boolean
  /** Defined when `ok`. */
  readonly value: T
  /** Where the next parser starts. */
  readonly at: number
  readonly consumed: boolean
  readonly failure: Failure
}

/** A parser of a `T`. */
export type Parser<T> = (input: string, at: number) => Reply<T>

const unknown = (at: number): Failure => ({ at, messages: [] })

const succeed = <T>(value: T, at: number, consumed: boolean, failure: Failure): Reply<T> => ({
  ok: true,
  value,
  at,
  consumed,
  failure,
})

const fail = <T>(at: number, consumed: boolean, failure: Failure): Reply<T> => ({
  ok: false,
  value: undefined as T,
  at,
  consumed,
  failure,
})

/** Of two failures the one that got further tells more; at the same place both are told. */
function merge(left: Failure, right: Failure): Failure {
  if (right.messages.length === 0 && left.messages.length > 0) return left
  if (left.messages.length === 0 && right.messages.length > 0) return right
  if (left.at !== right.at) return left.at > right.at ? left : right
  if (left.messages.length === 0) return right
  return { at: left.at, messages: [...left.messages, ...right.messages] }
}

/** Says of a failure that `text` was expected, in place of whatever finer expectations it carried. */
const expecting = (failure: Failure, text: string): Failure => ({
  at: failure.at,
  messages: [
    { kind: MessageKind.Expected, text },
    ...failure.messages.filter((message) => message.kind !== MessageKind.Expected),
  ],
})

/** Succeeds without looking. */
export const pure = <T>(value: T): Parser<T> => (_, at) => succeed(value, at, false, unknown(at))

/** Fails without looking and without saying why. */
export const never: Parser<never> = (_, at) => fail(at, false, unknown(at))

/** Runs `first`, then the parser that `next` makes of its value. */
export function bind<A, B>(first: Parser<A>, next: (value: A) => Parser<B>): Parser<B> {
  return (input, at) => {
    const one = first(input, at)
    if (!one.ok) return one as unknown as Reply<B>
    const two = next(one.value)(input, one.at)
    if (two.consumed) return two
    return { ...two, consumed: one.consumed, failure: merge(one.failure, two.failure) }
  }
}

/** Changes the value of a parser. */
export function map<A, B>(parser: Parser<A>, change: (value: A) => B): Parser<B> {
  return (input, at) => {
    const reply = parser(input, at)
    return reply.ok ? { ...reply, value: change(reply.value) } : reply as unknown as Reply<B>
  }
}

/** Runs both and keeps the first value. */
export const before = <A>(first: Parser<A>, second: Parser<unknown>): Parser<A> =>
  bind(first, (value) => map(second, () => value))

/** Runs both and keeps the second value. */
export const after = <B>(first: Parser<unknown>, second: Parser<B>): Parser<B> => bind(first, () => second)

/** Runs all of them in order and keeps every value. */
export function sequence<T extends unknown[]>(...parsers: { [K in keyof T]: Parser<T[K]> }): Parser<T> {
  return parsers.reduceRight<Parser<unknown[]>>(
    (rest, parser) => bind(parser, (head) => map(rest, (tail) => [head, ...tail])),
    pure([]),
  ) as Parser<T>
}

/** The first parser that does not fail at once. */
export function choice<T>(...parsers: Parser<T>[]): Parser<T> {
  return (input, at) => {
    let failure = unknown(at)
    for (const parser of parsers) {
      const reply = parser(input, at)
      if (reply.consumed) return reply
      failure = merge(failure, reply.failure)
      if (reply.ok) return { ...reply, failure }
    }
    return fail(at, false, failure)
  }
}

/** Makes a parser pretend that it consumed nothing when it fails. */
export function attempt<T>(parser: Parser<T>): Parser<T> {
  return (input, at) => {
    const reply = parser(input, at)
    return reply.ok ? reply : fail(at, false, reply.failure)
  }
}

/** Names what a parser stands for, for when it fails at once. */
export function label<T>(parser: Parser<T>, text: string): Parser<T> {
  return (input, at) => {
    const reply = parser(input, at)
    if (reply.consumed) return reply
    if (reply.ok && reply.failure.messages.length === 0) return reply
    return { ...reply, failure: expecting(reply.failure, text) }
  }
}

/** Succeeds without consuming where `parser` would succeed. */
export function lookAhead<T>(parser: Parser<T>): Parser<T> {
  return (input, at) => {
    const reply = parser(input, at)
    return reply.ok ? succeed(reply.value, at, false, unknown(at)) : reply
  }
}

/** Succeeds where this one character does not stand; never consumes. */
export function notFollowedBy(parser: Parser<string>): Parser<undefined> {
  return (input, at) => {
    const reply = parser(input, at)
    if (!reply.ok) return succeed(undefined, at, false, unknown(at))
    const found = { kind: MessageKind.Unexpected, text: showCharacter(reply.value) }
    return fail(at, false, { at: reply.at, messages: [found] })
  }
}

/** As many as there are, possibly none. */
export function many<T>(parser: Parser<T>): Parser<T[]> {
  return (input, at) => {
    const values: T[] = []
    let position = at
    for (;;) {
      const reply = parser(input, position)
      if (!reply.ok) {
        if (reply.consumed) return fail(reply.at, true, reply.failure)
        return succeed(values, position, values.length > 0, reply.failure)
      }
      values.push(reply.value)
      position = reply.at
    }
  }
}

/** One or more. */
export const many1 = <T>(parser: Parser<T>): Parser<T[]> =>
  bind(parser, (head) => map(many(parser), (tail) => [head, ...tail]))

/** One or more, with a separator between. */
export const separated = <T>(parser: Parser<T>, separator: Parser<unknown>): Parser<T[]> =>
  bind(parser, (head) => map(many(after(separator, parser)), (tail) => [head, ...tail]))

/** The value, or `otherwise` if the parser fails at once. */
export const option = <T, U>(parser: Parser<T>, otherwise: U): Parser<T | U> =>
  choice<T | U>(parser, pure(otherwise))

/** What stands between an opening and a closing parser. */
export const between = <T>(open: Parser<unknown>, close: Parser<unknown>, parser: Parser<T>): Parser<T> =>
  after(open, before(parser, close))

/** One character that passes the test. */
export function satisfy(test: (character: string) => boolean): Parser<string> {
  return (input, at) => {
    const character = characterAt(input, at)
    if (character === undefined) return fail(at, false, unexpected(at, ''))
    if (!test(character)) return fail(at, false, unexpected(at, showString(character)))
    const next = at + character.length
    return succeed(character, next, true, unknown(next))
  }
}

/** This character. */
export const char = (expected: string): Parser<string> =>
  label(satisfy((character) => character === expected), showString(expected))

/**
 * One or more characters out of a class that is matched by a sticky expression: what `many1(satisfy(…))` does, in one
 * step, since names make up most of a query string.
 * @param expectations what a failure says would have been accepted
 */
export function run1(expression: RegExp, expectations: readonly string[]): Parser<string> {
  const expected = expectations.map((text) => ({ kind: MessageKind.Expected, text }))
  return (input, at) => {
    expression.lastIndex = at
    const matched = expression.exec(input)?.[0]
    const next = at + (matched?.length ?? 0)
    const character = characterAt(input, next)
    const found = {
      kind: MessageKind.SystemUnexpected,
      text: character === undefined ? '' : showString(character),
    }
    const failure = { at: next, messages: [found, ...expected] }
    return matched === undefined ? fail(at, false, failure) : succeed(matched, next, true, failure)
  }
}

/** Any character but these. */
export const noneOf = (characters: string): Parser<string> => satisfy((c) => !characters.includes(c))

/** One of these characters. */
export const oneOf = (characters: string): Parser<string> => satisfy((c) => characters.includes(c))

/** Any character. */
export const anyCharacter: Parser<string> = satisfy(() => true)

/** Exactly this text. A text that differs after its first character counts as consumed. */
export function text(expected: string): Parser<string> {
  const expectation: Message = { kind: MessageKind.Expected, text: showString(expected) }
  return (input, at) => {
    if (input.startsWith(expected, at)) {
      const next = at + expected.length
      return succeed(expected, next, true, unknown(next))
    }
    let matched = 0
    while (matched < expected.length && input[at + matched] === expected[matched]) matched++
    const found = characterAt(input, at + matched)
    const shown = found === undefined ? '' : showString(found)
    return fail(at, matched > 0, {
      at,
      messages: [expectation, { kind: MessageKind.SystemUnexpected, text: shown }],
    })
  }
}

/** The end of the input. */
export const end: Parser<undefined> = label((input, at) => {
  const character = characterAt(input, at)
  if (character === undefined) return succeed(undefined, at, false, unknown(at))
  return fail(at, false, { at, messages: [{ kind: MessageKind.Unexpected, text: showCharacter(character) }] })
}, 'end of input')

/** Lets a parser be used before it is defined. */
export const lazy = <T>(parser: () => Parser<T>): Parser<T> => (input, at) => parser()(input, at)

/** What a parser made of a whole input, or where and why it gave up. The rest of the input is ignored. */
export type Outcome<T> = { value: T } | { position: string; reason: string }

/**
 * Runs a parser from the start of `input`.
 * @param source what the input is called in the message
 */
export function run<T>(parser: Parser<T>, source: string, input: string): Outcome<T> {
  const reply = attemptDeep(parser, input)
  if (reply?.ok) return { value: reply.value }
  return {
    position: `"${source}" ${lineAndColumn(input, reply?.failure.at ?? 0)}`,
    reason: reply === undefined ? 'nested too deeply' : describe(reply.failure.messages),
  }
}

/** Parsers call each other as deeply as their input is nested; undefined if that is deeper than the stack. */
function attemptDeep<T>(parser: Parser<T>, input: string): Reply<T> | undefined {
  try {
    return parser(input, 0)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const unexpected = (at: number, text: string): Failure => ({
  at,
  messages: [{ kind: MessageKind.SystemUnexpected, text }],
})

function characterAt(input: string, at: number): string | undefined {
  const code = input.codePointAt(at)
  return code === undefined ? undefined : String.fromCodePoint(code)
}

function describe(messages: readonly Message[]): string {
  if (messages.length === 0) return 'unknown parse error'
  const texts = (kind: MessageKind) => messages.filter((m) => m.kind === kind).map((m) => m.text)
  const system = texts(MessageKind.SystemUnexpected)
  const noticed = list(texts(MessageKind.Unexpected))
  const expected = list(texts(MessageKind.Expected))
  const parts: string[] = []
  if (noticed !== '') parts.push(`unexpected ${noticed}`)
  else if (system.length > 0) parts.push(`unexpected ${system[0] === '' ? 'end of input' : system[0]}`)
  if (expected !== '') parts.push(`expecting ${expected}`)
  return parts.join(' ').trim()
}

function list(texts: string[]): string {
  const distinct = [...new Set(texts.filter((text) => text !== ''))]
  if (distinct.length <= 1) return distinct[0] ?? ''
  return `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1)}`
}

const TAB_WIDTH = 8

function lineAndColumn(input: string, at: number): string {
  let line = 1
  let column = 1
  for (const character of input.slice(0, at)) {
    if (character === '\n') {
      line += 1
      column = 1
    } else if (character === '\t') {
      column += TAB_WIDTH - ((column - 1) % TAB_WIDTH)
    } else {
      column += 1
    }
  }
  return `(line ${line}, column ${column})`
}

function showCharacter(character: string): string {
  return character === "'" ? "'\\''" : `'${character === '"' ? '"' : escape(character)}'`
}

function showString(string: string): string {
  return `"${[...string].map(escape).join('')}"`
}

const CONTROL_NAMES: Record<string, string> = {
  '\0': '\\NUL',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

function escape(character: string): string {
  const named = CONTROL_NAMES[character]
  if (named !== undefined) return named
  const code = character.codePointAt(0)!
  return code < 0x20 || code > 0x7e ? `\\${code}` : character
}
