/** The world of the journeys: shops with what they sell, and who buys there, as a frontend sees them. */
import type { SupabaseClient } from '@supabase/supabase-js'
import { must, type SignedIn, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { ADDRESS } from '../support/market.ts'

export { ADDRESS }

/** A store, its owner signed in, and the platform that it is on. */
export interface Shop {
  platform: TestPlatform
  owner: SignedIn
  storeId: string
  store: Store
}

/** A store as `create_store` answers it. */
export interface Store {
  id: string
  slug: string
  status: string
  currency: string
}

/** What a product needs to be put into a cart. */
export interface Article {
  productId: string
  variantId: string
}

/** What `checkout` answers. */
export interface Placed {
  checkout_id: string
  status: string
  total_amount: number
  currency: string
  orders: { id: string; store_id: string; status: string; reference: string | null; total_amount: number }[]
}

/** Where a store is that sells in rupees; a shop is in New York otherwise. */
export const IN_PUNE = {
  line1: '1 Test Street',
  city: 'Pune',
  region: null,
  postal_code: '411001',
  country_code: 'IN',
  currency: 'INR',
  time_zone: null,
}

/** The smallest PNG there is. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** A shop of a new owner, on a platform of its own or on one that runs. */
export async function openShop(store: Record<string, unknown> = {}, on?: TestPlatform): Promise<Shop> {
  const platform = on ?? await startTestPlatform()
  const owner = await platform.signIn()
  const created = await createStore(owner, store)
  return { platform, owner, storeId: created.id, store: created }
}

/** Another store for somebody who is signed in; answers its id. */
export async function openStore(owner: SignedIn, store: Record<string, unknown> = {}): Promise<string> {
  return (await createStore(owner, store)).id
}

function createStore(owner: SignedIn, store: Record<string, unknown>): Promise<Store> {
  return ask<Store>(owner.client, 'create_store', {
    name: 'Harbour Light',
    line1: '4 Quay Street',
    city: 'Hudson',
    region: 'NY',
    postal_code: '12534',
    country_code: 'US',
    currency: 'USD',
    time_zone: 'America/New_York',
    ...store,
  })
}

/** Saves a product in as few words as a test needs; answers what `save_product` does. */
export function addProduct(client: SupabaseClient, storeId: string, product: object) {
  return must(client.rpc('save_product', {
    store_id: storeId,
    category: 'Journeys',
    price_amount: 1000,
    ...product,
  }))
}

/** A product for sale, with one variant. */
export async function offer(
  owner: SignedIn,
  storeId: string,
  name: string,
  price = 1000,
  quantity = 10,
): Promise<Article> {
  const { id } = await addProduct(owner.client, storeId, {
    name,
    category: 'Lamps',
    mrp_amount: price,
    price_amount: price,
    quantity,
    status: 'active',
  })
  const variant = await must(
    owner.client.from('product_variants').select('id').eq('product_id', id).single(),
  )
  return { productId: id, variantId: variant.id }
}

/** The answer of a verb that must succeed. */
export function ask<T = Record<string, unknown>>(
  client: SupabaseClient,
  verb: string,
  args: Record<string, unknown> = {},
): Promise<T> {
  return must<T>(client.rpc(verb, args))
}

/** Orders one article by cash on delivery or by card. */
export async function buy(
  customer: SignedIn,
  article: Article,
  options: { quantity?: number; method?: 'card' | 'cash_on_delivery'; more?: Record<string, unknown> } = {},
): Promise<Placed> {
  await ask(customer.client, 'add_to_cart', {
    variant_id: article.variantId,
    quantity: options.quantity ?? 1,
  })
  return ask<Placed>(customer.client, 'checkout', {
    idempotency_key: crypto.randomUUID(),
    payment_method: options.method ?? 'cash_on_delivery',
    shipping_address: ADDRESS,
    ...options.more,
  })
}

/** Pays a pending checkout as the payments function and the provider's webhook do. */
export async function pay(platform: TestPlatform, customer: SignedIn, checkoutId: string): Promise<string> {
  const payment = await ask<{ payment_id: string; amount: number; currency: string }>(
    customer.client,
    'prepare_payment',
    { checkout_id: checkoutId },
  )
  const intentId = `pi_${payment.payment_id}`
  await ask(platform.service(), 'attach_payment_intent', {
    payment_id: payment.payment_id,
    attempt: 1,
    provider_intent_id: intentId,
  })
  await ask(platform.service(), 'apply_payment_event', {
    event_id: `evt_${crypto.randomUUID()}`,
    event_type: 'payment_intent.succeeded',
    occurred_at: new Date().toISOString(),
    livemode: false,
    fact: {
      kind: 'intent',
      intent_id: intentId,
      status: 'succeeded',
      amount: payment.amount,
      amount_received: payment.amount,
      currency: payment.currency,
      payment_id: payment.payment_id,
      checkout_id: checkoutId,
    },
  })
  return intentId
}
