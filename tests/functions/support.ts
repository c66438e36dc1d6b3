import { readFileSync } from 'node:fs'
import Stripe from 'stripe'
import { afterAll, afterEach } from 'vitest'
import type { z } from 'zod'
import { Problem } from '../../functions/_shared/problem.ts'
import type { CallSql } from '../../functions/_shared/sql.ts'
import { createStripe } from '../../functions/_shared/stripe.ts'
import { generateKeys, type Keys, type Sandboxes, startSandboxes } from '../../supabase/local/index.ts'

/** A call of a SQL function. */
export interface Call {
  name: string
  args: Record<string, unknown>
}

/** Answers for SQL functions by name; an answer that is a function is called with the arguments. */
export type Answers = Record<string, unknown>

/** SQL that answers from a table and records what it was asked. A `Problem` among the answers is thrown. */
export function sqlOf(answers: Answers): { sql: CallSql; calls: Call[]; called(name: string): Call[] } {
  const calls: Call[] = []
  const sql = async <T>(name: string, args: Record<string, unknown>, result: z.ZodType<T>): Promise<T> => {
    calls.push({ name, args })
    if (!(name in answers)) throw new Error(`No answer for ${name}`)
    const given = answers[name]
    const answer: unknown = typeof given === 'function' ? (given as (args: unknown) => unknown)(args) : given
    if (answer instanceof Problem || answer instanceof Error) throw answer
    return result.parse(answer)
  }
  return { sql, calls, called: (name) => calls.filter((call) => call.name === name) }
}

/** Providers for a file of tests, and a Stripe client made as the functions make theirs. */
export interface Outside {
  keys: Keys
  sandboxes: Sandboxes
  stripe: Stripe
  /** Arms a fault, see supabase/local/sandboxes/control.ts. */
  control(method: string, path: string, body: unknown): Promise<void>
  /** What stands in the inbox, newest first. */
  inbox(): Promise<
    {
      to: string
      channel: string
      subject: string | null
      text: string
      html: string | null
      headers?: Record<string, string>
    }[]
  >
  reset(): Promise<void>
}

/** The sandboxes for one file of tests: emptied after each, closed at its end. */
export async function useOutside(): Promise<Outside> {
  const outside = await startOutside()
  afterEach(() => outside.reset())
  afterAll(() => outside.sandboxes.close())
  return outside
}

/** Starts the sandboxes, for whoever closes them. */
export async function startOutside(): Promise<Outside> {
  const keys = await generateKeys()
  const sandboxes = await startSandboxes({ port: 0, host: '127.0.0.1', keys })
  return {
    keys,
    sandboxes,
    stripe: createStripe(keys.stripeSecretKey, sandboxes.url),
    async control(method, path, body) {
      const response = await fetch(`${sandboxes.url}/_control${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(await response.text())
    },
    inbox: async () => (await fetch(`${sandboxes.url}/messages`)).json() as ReturnType<Outside['inbox']>,
    async reset() {
      await fetch(`${sandboxes.url}/_control`, { method: 'DELETE' })
    },
  }
}

/** A request as a function gets it. */
export function post(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`http://functions${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** Status and body of an answer. */
export async function answerOf(response: Response): Promise<[number, unknown]> {
  return [response.status, await response.json()]
}

/** A provider's event from fixtures/, with some members of its object replaced. */
export function fixture(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const event = JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as {
    data: { object: Record<string, unknown> }
  }
  Object.assign(event.data.object, changes)
  return event as unknown as Record<string, unknown>
}
