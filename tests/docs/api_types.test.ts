import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compile } from '../support/compile.ts'

// The snippets of docs/api.md, with `createClient<Database>`, under the strictest settings of TypeScript. That they do what
// they say is the concern of tests/journeys/api_*.test.ts.

/** What snippets use and do not make: what a frontend has at hand at that place. */
const GIVEN = `
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { Webhook } from 'standardwebhooks'
import type { Database } from './supabase/database.types.ts'
type Verbs = Database['public']['Functions']
declare const supabase: SupabaseClient<Database>
declare const order: Verbs['checkout']['Args']
declare const store: Verbs['create_store']['Returns']
declare const cart: Verbs['get_cart']['Returns']
declare const checkout: Verbs['checkout']['Returns']
declare const invitation: Verbs['invite_member']['Returns']
declare const user: { id: string }
declare const file: File & { path: string }
declare const picture: File
declare const url: string, key: string, apiUrl: string
declare const phone: string, email: string, password: string
declare const store_id: string, product_id: string, variant_id: string, category_id: string, user_id: string
declare const dispute_id: string, amount: number, currency: string
declare const order_id: string, order_line_id: string, address_id: string, shipping_method_id: string
declare const from_id: string, into_id: string, review_id: string
declare const conversation_id: string, customer_id: string, seq: number
declare const service_id: string, staff_id: string, booking_id: string, absent_id: string, waiting_id: string
declare const from_date: string, to_date: string, from_time: string, to_time: string, token: string
declare const slot: { starts_at: string }, later: { starts_at: string }
declare const booking: Verbs['book_slot']['Returns']
declare const endpoint_id: string, delivery_id: string
declare const secret: string, body: string, headers: Record<string, string>
declare const cart_token: string | null
declare const endpoint: string
declare function askForTheCode(): Promise<string>
declare function showWhatIsLeft(hint: string): void
declare function show(...what: unknown[]): void
`

/** Snippets leave out \`if (error) throw error\`, after which \`data\` is there. */
const POSSIBLY_NULL = /^'\w+' is possibly 'null'\.$/

test('every snippet of docs/api.md compiles strictly with the generated types', () => {
  const snippets = [...readFileSync('docs/api.md', 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(([, code]) => code!.replace(/^import .*$/gm, ''))
  const wrapped = snippets.map((code, index) => `export async function snippet${index + 1}() {\n${code}\n}`)
  expect(snippets.length).toBeGreaterThan(50)
  const problems = compile(GIVEN + wrapped.join('\n'))
  expect(problems.filter((problem) => !POSSIBLY_NULL.test(problem.split(' · ')[1]!))).toEqual([])
}, 120_000)
