import type { SupabaseClient } from '@supabase/supabase-js'
import { type SignedIn, startTestPlatform, type TestPlatform } from '../support/index.ts'

/** A store on a running platform, and its owner signed in. */
export interface Shop {
  platform: TestPlatform
  owner: SignedIn
  storeId: string
}

/** What a product needs to be put into a cart. */
export interface Article {
  productId: string
  variantId: string
}

/** An address as `checkout` takes it. */
export const ADDRESS = {
  recipient_name: 'Nina Castell',
  line1: '12 Elm Row',
  city: 'Albany',
  region: 'NY',
  postal_code: '12203',
  country_code: 'US',
}

/** A platform of its own with one active store. */
export async function openShop(store: Record<string, unknown> = {}): Promise<Shop> {
  const platform = await startTestPlatform()
  const owner = await platform.signIn()
  return { platform, owner, storeId: await openStore(owner, store) }
}

/** Another store for somebody who is signed in. */
export async function openStore(owner: SignedIn, store: Record<string, unknown> = {}): Promise<string> {
  const { id } = await ask<{ id: string }>(owner.client, 'create_store', {
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
  return id
}

/** A product for sale, with one variant. */
export async function offer(
  owner: SignedIn,
  storeId: string,
  name: string,
  price = 1000,
  quantity = 10,
): Promise<Article> {
  const { id } = await ask<{ id: string }>(owner.client, 'save_product', {
    store_id: storeId,
    name,
    category: 'Lamps',
    mrp_amount: price,
    price_amount: price,
    quantity,
    status: 'active',
  })
  const { data, error } = await owner.client.from('product_variants').select('id').eq('product_id', id)
    .single()
  if (error) throw error
  return { productId: id, variantId: data.id as string }
}

/** The answer of a verb that must succeed. */
export async function ask<T = Record<string, unknown>>(
  client: SupabaseClient,
  verb: string,
  args: Record<string, unknown> = {},
): Promise<T> {
  const { data, error } = await client.rpc(verb, args)
  if (error) throw new Error(`${verb}: ${error.code} ${error.details} ${error.message}`)
  return data as T
}

/** The machine code and HTTP status that a verb refuses with. */
export async function refusal(
  client: SupabaseClient,
  verb: string,
  args: Record<string, unknown> = {},
): Promise<{ status: number; code: string | undefined }> {
  const { error, status } = await client.rpc(verb, args)
  return { status, code: error?.details }
}

/** What `checkout` answers. */
export interface Placed {
  checkout_id: string
  status: string
  total_amount: number
  currency: string
  orders: { id: string; store_id: string; status: string; reference: string | null; total_amount: number }[]
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
