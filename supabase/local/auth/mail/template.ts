/**
 * The part of Go's html/template that e-mail templates use: `{{ .Name }}`, `{{ .Data.x }}`, if/else, range, with,
 * variables, pipelines, comments, trim markers and the common functions. Every value is escaped for HTML.
 */

/** A compiled template: give it variables, get text. */
export type Template = (variables: Record<string, unknown>) => string

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'print'; pipeline: string[] }
  | { kind: 'assign'; name: string; pipeline: string[] }
  | { kind: 'if' | 'with'; pipeline: string[]; then: Node[]; otherwise: Node[] }
  | { kind: 'range'; names: string[]; pipeline: string[]; then: Node[]; otherwise: Node[] }

interface Scope {
  dot: unknown
  variables: Map<string, unknown>
}

/** @throws {Error} with the reason, where the text is no template of this subset */
export function compileTemplate(source: string): Template {
  const parser = new Parser(source)
  const nodes = parser.parse()
  return (variables) => render(nodes, { dot: variables, variables: new Map([['$', variables]]) })
}

interface Token {
  kind: 'text' | 'action'
  text: string
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let trimNext = false
  let position = 0
  for (
    const match of source.matchAll(
      /\{\{(-\s)?((?:"(?:\\.|[^"\\])*"|`[^`]*`|\/\*[\s\S]*?\*\/|[\s\S])*?)(\s-)?\}\}/g,
    )
  ) {
    let text = source.slice(position, match.index)
    if (trimNext) text = text.trimStart()
    if (match[1] !== undefined) text = text.trimEnd()
    if (text !== '') tokens.push({ kind: 'text', text })
    const action = match[2]!.trim()
    if (!action.startsWith('/*')) tokens.push({ kind: 'action', text: action })
    trimNext = match[3] !== undefined
    position = match.index + match[0].length
  }
  const rest = trimNext ? source.slice(position).trimStart() : source.slice(position)
  if (rest.includes('{{')) throw new Error('unclosed action')
  if (rest !== '') tokens.push({ kind: 'text', text: rest })
  return tokens
}

class Parser {
  readonly #tokens: Token[]
  #next = 0

  constructor(source: string) {
    this.#tokens = tokenize(source)
  }

  parse(): Node[] {
    const { nodes, end } = this.#block()
    if (end !== undefined) throw new Error(`unexpected {{${end}}}`)
    return nodes
  }

  /** Reads up to the `else` or `end` that closes the block, which it returns. */
  #block(): { nodes: Node[]; end: string | undefined } {
    const nodes: Node[] = []
    while (this.#next < this.#tokens.length) {
      const token = this.#tokens[this.#next++]!
      if (token.kind === 'text') {
        nodes.push(token as Node)
        continue
      }
      if (/^(end|else)\b/.test(token.text)) return { nodes, end: token.text }
      nodes.push(this.#action(token.text))
    }
    return { nodes, end: undefined }
  }

  #action(text: string): Node {
    const [, keyword, rest] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? ['', '', '']
    if (keyword === 'if' || keyword === 'with') return this.#branch(keyword, rest!)
    if (keyword === 'range') {
      const names = /^((?:\$\w+\s*,\s*)?\$\w+)\s*:=\s*([\s\S]*)$/.exec(rest!)
      const branch = this.#branch('with', names?.[2] ?? rest!)
      return {
        ...branch,
        kind: 'range',
        names: names?.[1]?.split(',').map((name) => name.trim()) ?? [],
      } as Node
    }
    if (keyword === 'template' || keyword === 'define' || keyword === 'block') {
      throw new Error(`{{${keyword}}} is not supported`)
    }
    const assignment = /^(\$\w+)\s*:?=\s*([\s\S]*)$/.exec(text)
    if (assignment !== null) return { kind: 'assign', name: assignment[1]!, pipeline: lex(assignment[2]!) }
    return { kind: 'print', pipeline: lex(text) }
  }

  #branch(kind: 'if' | 'with', condition: string): Node {
    const pipeline = lex(condition)
    const { nodes: then, end } = this.#block()
    if (end === undefined) throw new Error(`{{${kind}}} without {{end}}`)
    if (end === 'end') return { kind, pipeline, then, otherwise: [] }
    const chained = /^else\s+(if|with)\s+([\s\S]*)$/.exec(end)
    if (chained !== null) {
      return { kind, pipeline, then, otherwise: [this.#branch(chained[1] as 'if' | 'with', chained[2]!)] }
    }
    const { nodes: otherwise, end: closing } = this.#block()
    if (closing !== 'end') throw new Error(`{{else}} without {{end}}`)
    return { kind, pipeline, then, otherwise }
  }
}

/** Splits an expression into words: strings, numbers, paths, operators. */
function lex(expression: string): string[] {
  const words = expression.match(/"(?:\\.|[^"\\])*"|`[^`]*`|\(|\)|\||[^\s()|]+/g) ?? []
  if (words.length === 0) throw new Error('missing value for command')
  return words
}

function render(nodes: Node[], scope: Scope): string {
  let output = ''
  for (const node of nodes) {
    switch (node.kind) {
      case 'text':
        output += node.text
        break
      case 'print':
        output += escapeHtml(print(evaluate(node.pipeline, scope)))
        break
      case 'assign':
        scope.variables.set(node.name, evaluate(node.pipeline, scope))
        break
      case 'if':
        output += render(isTrue(evaluate(node.pipeline, scope)) ? node.then : node.otherwise, nested(scope))
        break
      case 'with': {
        const value = evaluate(node.pipeline, scope)
        output += isTrue(value)
          ? render(node.then, nested(scope, value))
          : render(node.otherwise, nested(scope))
        break
      }
      case 'range': {
        const entries = entriesOf(evaluate(node.pipeline, scope))
        if (entries.length === 0) output += render(node.otherwise, nested(scope))
        for (const [key, value] of entries) {
          const inner = nested(scope, value)
          const [first, second] = node.names
          if (second !== undefined) inner.variables.set(first!, key).set(second, value)
          else if (first !== undefined) inner.variables.set(first, value)
          output += render(node.then, inner)
        }
      }
    }
  }
  return output
}

const nested = (scope: Scope, dot: unknown = scope.dot): Scope => ({
  dot,
  variables: new Map(scope.variables),
})

function entriesOf(value: unknown): [unknown, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item])
  if (typeof value === 'number') return Array.from({ length: value }, (_, index) => [index, index])
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).sort(([left], [right]) => left < right ? -1 : 1)
  }
  return []
}

/** `a | b | c`: each command gets what the one before it gave as its last argument. */
function evaluate(words: string[], scope: Scope): unknown {
  let position = 0
  const pipeline = (): unknown => {
    let value: unknown
    let piped = false
    for (;;) {
      value = command(piped ? [value] : [])
      if (words[position] !== '|') return value
      position++
      piped = true
    }
  }
  const command = (last: unknown[]): unknown => {
    const name = words[position]
    if (name !== undefined && name in FUNCTIONS) {
      position++
      const given: unknown[] = []
      while (position < words.length && words[position] !== '|' && words[position] !== ')') {
        given.push(operand())
      }
      return FUNCTIONS[name]!(...given, ...last)
    }
    return operand()
  }
  const operand = (): unknown => {
    const word = words[position++]
    if (word === '(') {
      const value = pipeline()
      const field = words[++position]
      if (field?.startsWith('.') === true && words[position - 1] === ')') {
        position++
        return lookUp(value, field.slice(1))
      }
      return value
    }
    if (word === undefined || word === ')' || word === '|') throw new Error('missing value for command')
    return operandValue(word, scope)
  }
  return pipeline()
}

function operandValue(word: string, scope: Scope): unknown {
  if (word.startsWith('"')) return JSON.parse(word.replace(/\\'/g, "'")) as string
  if (word.startsWith('`')) return word.slice(1, -1)
  if (word === '.') return scope.dot
  if (word.startsWith('.')) return lookUp(scope.dot, word.slice(1))
  if (word.startsWith('$')) {
    const [name, ...path] = word.split('.')
    return lookUp(scope.variables.get(name!), path.join('.'))
  }
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'nil') return undefined
  const number = Number(word)
  if (!Number.isNaN(number)) return number
  throw new Error(`function "${word}" not defined`)
}

function lookUp(value: unknown, path: string): unknown {
  if (path === '') return value
  return path.split('.').reduce<unknown>(
    (inner, name) =>
      inner !== null && typeof inner === 'object' && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  )
}

const isTrue = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0
  return Boolean(value)
}

/** A value as text; a missing one is empty, a list or map is written as Go writes it. */
function print(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return `[${value.map(print).join(' ')}]`
  if (typeof value === 'object') {
    return `map[${entriesOf(value).map(([key, item]) => `${key}:${print(item)}`).join(' ')}]`
  }
  return String(value)
}

const compare = (left: unknown, right: unknown): number =>
  typeof left === 'number' && typeof right === 'number'
    ? left - right
    : print(left) < print(right)
    ? -1
    : Number(print(left) > print(right))

const FUNCTIONS: Record<string, (...values: unknown[]) => unknown> = {
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (...values) => values.find(isTrue) ?? values.at(-1),
  not: (value) => !isTrue(value),
  eq: (first, ...others) => others.some((other) => other === first),
  ne: (left, right) => left !== right,
  lt: (left, right) => compare(left, right) < 0,
  le: (left, right) => compare(left, right) <= 0,
  gt: (left, right) => compare(left, right) > 0,
  ge: (left, right) => compare(left, right) >= 0,
  len: (value) => typeof value === 'string' ? Buffer.byteLength(value) : entriesOf(value).length,
  index: (value, ...keys) => keys.reduce((inner, key) => lookUp(inner, String(key)), value),
  slice: (value, from, to) =>
    typeof value === 'string' || Array.isArray(value) ? value.slice(from as number, to as number) : '',
  print: (...values) => values.map(print).join(''),
  println: (...values) => values.map(print).join(' ') + '\n',
  printf: (format, ...values) => printf(print(format), values),
  html: (...values) => values.map(print).join(''),
  urlquery: (...values) => encodeURIComponent(values.map(print).join('')).replace(/%20/g, '+'),
}

function printf(format: string, values: unknown[]): string {
  let next = 0
  return format.replace(
    /%(-?)(0?)(\d*)(?:\.(\d+))?([svdqtxf%])/g,
    (_, left, zero, width, precision, verb) => {
      if (verb === '%') return '%'
      const value = values[next++]
      let text = print(value)
      if (verb === 'q') text = JSON.stringify(text)
      if (verb === 'd') text = String(Math.trunc(Number(value)))
      if (verb === 'f') text = Number(value).toFixed(precision === undefined ? 6 : Number(precision))
      if (verb === 'x' && typeof value === 'number') text = value.toString(16)
      if (verb === 's' && precision !== undefined) text = text.slice(0, Number(precision))
      if (left === '-') return text.padEnd(Number(width))
      return text.padStart(Number(width), zero === '0' ? '0' : ' ')
    },
  )
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '+': '&#43;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"'+]/g, (character) => ENTITIES[character]!)
