import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { compile } from '../support/compile.ts'

/** One snippet of a page, and whether it was run. */
interface Snippet {
  section: string
  code: string
  wasRun: boolean
}

/** What a snippet names: its declarations by their names. */
// deno-lint-ignore no-explicit-any -- journeys read results as a frontend without generated types does
export type Declared = Record<string, any>

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => (
  ...values: unknown[]
) => Promise<Declared>

/**
 * The snippets of a page of documentation, to be run word for word: what is not defined in a snippet is handed in, what it
 * declares is handed back, and no request of it may be refused.
 */
export class Snippets {
  /** The samples of answers, by section. */
  readonly samples = new Map<string, unknown>()
  readonly #snippets: Snippet[] = []
  #refused: string[] = []
  readonly #calls: { verb: string; given: string; answer: string }[] = []

  /**
   * @param path the page
   * @param sections titles of the second level; '' is what stands before the first
   */
  constructor(path: string, ...sections: string[]) {
    for (const part of readFileSync(path, 'utf8').split(/^(?=## )/m)) {
      const section = /^## (.*)$/m.exec(part)?.[1] ?? ''
      if (!sections.includes(section)) continue
      for (const [, language, code] of part.matchAll(/^```(ts|json)\n(.*?)^```$/gms)) {
        if (language === 'ts') this.#snippets.push({ section, code: code!, wasRun: false })
        else this.samples.set(section, JSON.parse(code!))
      }
    }
  }

  /** `fetch` for the clients of snippets: remembers what was answered, and what was refused. */
  readonly fetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    const verb = /\/rest\/v1\/rpc\/(\w+)$/.exec(new URL(String(input)).pathname)?.[1]
    if (verb !== undefined && response.ok && response.headers.get('content-type')?.includes('json')) {
      this.#calls.push({ verb, given: String(init?.body), answer: await response.clone().text() })
    }
    if (!response.ok) {
      const body = await response.clone().json().catch(() => ({})) as { code?: string; details?: string }
      const code = body.code?.startsWith('PT') ? body.details : body.code
      this.#refused.push(`${response.status} ${code}`)
    }
    return response
  }

  /**
   * Runs the one snippet that contains this text.
   * @param given the variables that it uses and does not declare
   * @param refusals what may be refused, as status and code; nothing unless told
   */
  async run(containing: string, given: Record<string, unknown>, refusals: string[] = []): Promise<Declared> {
    const fitting = this.#snippets.filter(({ code }) => code.includes(containing))
    if (fitting.length !== 1) throw new Error(`${fitting.length} snippets contain ${containing}`)
    const snippet = fitting[0]!
    snippet.wasRun = true
    this.#refused = []
    const code = withoutTypes(snippet.code.replace(/^import .*$/gm, ''))
    const names = [...code.matchAll(/^(?:const|let) (?:\{(.*?)\}|(\w+)) =/gm)].flatMap(([, several, one]) =>
      one ?? several!.split(',').map((name) => name.split(':').at(-1)!.replace(/[{}\s]/g, ''))
    ).filter((name) => /^\w+$/.test(name))
    const all = { fetch: this.fetch, ...given }
    const run = new AsyncFunction(...Object.keys(all), `{\n${code}\nreturn { ${names.join(', ')} }\n}`)
    const declared = await run(...Object.values(all))
    if (this.#refused.join() !== refusals.join()) {
      throw new Error(`Refused: ${this.#refused.join(', ')}\n${code}`)
    }
    return declared
  }

  /** What the compiler has to say of the arguments and answers of all calls, held against the generated types. */
  mistyped(): string[] {
    const header = `import type { Database } from './supabase/database.types.ts'\n`
    return compile(
      header + this.#calls.map(({ verb, given, answer }, index) => `
export const given${index}: Database['public']['Functions']['${verb}']['Args'] = ${given}
export const answer${index}: Database['public']['Functions']['${verb}']['Returns'] = ${answer}`).join(
        '\n',
      ),
    )
  }

  /** Snippets that were not run. */
  unread(): string[] {
    return this.#snippets.filter(({ wasRun }) => !wasRun).map(({ section, code }) => `${section}: ${code}`)
  }
}

/** The JavaScript of a snippet. */
function withoutTypes(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  })
  return outputText.replace(/^export \{\};?$/gm, '')
}

/** The names of all members of an answer, with those of its parts: `items[].name`. */
export function members(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : members(value[0], `${path}[]`)
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, part]) =>
    members(part, path === '' ? name : `${path}.${name}`)
  )
}
