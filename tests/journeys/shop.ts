import type { SupabaseClient } from '@supabase/supabase-js'
import { randomPhone, type SignedIn, type TestPlatform } from '../support/index.ts'

/** What a verb gave, or the error it answered. */
interface Answer {
  data: unknown
  error: { code: string; details: string | null; message: string } | null
}

/** The value a call gave; a refused call fails the test with its reason. */
// deno-lint-ignore no-explicit-any -- journeys read results as a frontend without generated types does
export async function call(request: PromiseLike<Answer>): Promise<any> {
  const { data, error } = await request
  if (error !== null) throw new Error(`${error.code} ${error.details ?? ''} ${error.message}`)
  return data
}

/** The machine code of the refusal a call met: `details` of our own errors, else the SQLSTATE. */
export async function refusal(request: PromiseLike<Answer>): Promise<string | undefined> {
  const { error } = await request
  if (error === null) return undefined
  return error.code.startsWith('PT') ? error.details ?? error.code : error.code
}

/** A seller with a store of a given name. */
export interface Shop extends SignedIn {
  store: { id: string; slug: string; status: string; currency: string }
}

/** Signs a new seller in and opens a store. */
export async function openShop(platform: TestPlatform, name: string, more: object = {}): Promise<Shop> {
  const seller = await platform.signIn(randomPhone())
  const store = await call(seller.client.rpc('create_store', {
    name,
    line1: '1 Test Street',
    city: 'Pune',
    country_code: 'IN',
    postal_code: '411001',
    currency: 'INR',
    ...more,
  }))
  return { ...seller, store }
}

/** Adds a product the short way; returns it as `save_product` does. */
export function addProduct(client: SupabaseClient, storeId: string, product: object) {
  return call(client.rpc('save_product', {
    store_id: storeId,
    category: 'Journeys',
    price_amount: 1000,
    ...product,
  }))
}

/** The smallest PNG there is. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
