import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SignedIn, startTestPlatform, type TestPlatform } from '../support/index.ts'
import { JwtSigner } from '../../supabase/local/index.ts'
import { type Article, offer, openStore } from './world.ts'
import { Snippets } from './snippets.ts'

/** What a call answered: its HTTP status and the code of its error. */
async function outcome(
  request: PromiseLike<{ status: number; error: { code: string } | null }>,
): Promise<string> {
  const { status, error } = await request
  return `${status} ${error?.code}`
}

describe('docs/errors.md: how an error is read, and what Postgres and PostgREST say themselves', () => {
  const page = new Snippets('docs/errors.md', '')
  let platform: TestPlatform
  let owner: SignedIn
  let customer: SignedIn
  let store_id: string
  let lamp: Article

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await platform.signIn()
    customer = await platform.signIn()
    store_id = await openStore(owner)
    lamp = await offer(owner, store_id, 'Lamp', 1000, 1)
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('a verb and an edge function each answer with their code', async () => {
    const hints: string[] = []
    const printed: string[] = []
    await page.run('add_to_cart', {
      supabase: customer.client,
      variant_id: lamp.variantId,
      cart_token: null,
      showWhatIsLeft: (hint: string) => hints.push(hint),
      body: { checkout_id: crypto.randomUUID() },
      console: { log: (text: string) => printed.push(text) },
    })
    expect(hints).toEqual(['available: 1'])
    expect(printed).toEqual(['checkout_not_found'])
  })

  test('a right that is missing is answered with the documented code', async () => {
    const store = { name: 'Mine now' }
    expect(await outcome(platform.visitor().from('orders').select())).toBe('401 42501')
    expect(await outcome(customer.client.from('stores').update({ status: 'active' }).eq('id', store_id)))
      .toBe('403 42501')
    const unseen = await customer.client.from('stores').update(store).eq('id', store_id).select()
    expect([unseen.status, unseen.data]).toEqual([200, []])
    const { error } = await platform.visitor().functions.invoke('payments/intents', { body: {} })
    expect([error.context.status, (await error.context.json()).code]).toEqual([401, 'INVALID_CREDENTIALS'])
  })

  test('a plain write that is refused answers with a code and the columns it is about', async () => {
    const wish = () => customer.client.from('wishlist_items').insert({ product_id: lamp.productId })
    expect((await wish()).error).toBeNull()
    // What is wished for twice is wished for.
    expect((await wish()).error).toBeNull()
    const wishes = await customer.client.from('wishlist_items').select().eq('product_id', lamp.productId)
    expect(wishes.data).toHaveLength(1)

    const coupon = (values: object) =>
      owner.client.from('coupons').insert({
        store_id,
        code: 'TEN',
        kind: 'percentage',
        percent_bps: 1000,
        ...values,
      })
    expect((await coupon({})).error).toBeNull()
    expect((await coupon({ code: 'ten' })).error).toMatchObject({
      code: 'PT409',
      details: 'already_exists',
      hint: expect.stringContaining('store_id'),
    })
    const tooMuch = await coupon({ code: 'ALL', percent_bps: 10_001 })
    expect([tooMuch.status, tooMuch.error!.details]).toEqual([422, 'invalid_value'])
    expect(tooMuch.error!.hint).toContain('percent_bps')
    const window = { starts_at: '2026-12-02', ends_at: '2026-12-01' }
    const discount = owner.client.from('discounts').insert({
      store_id,
      name: 'X',
      kind: 'percentage',
      percent_bps: 1,
      ...window,
    })
    expect((await discount).error).toMatchObject({
      details: 'invalid_value',
      hint: 'Look at: starts_at, ends_at.',
    })

    expect(await outcome(owner.client.from('coupons').insert({ store_id, kind: 'free_shipping' }))).toBe(
      '422 PT422',
    )
    const nowhere = owner.client.from('discounts')
      .insert({ store_id, product_id: crypto.randomUUID(), name: 'X', kind: 'percentage', percent_bps: 1 })
    expect(await outcome(nowhere)).toBe('422 PT422')
    expect(await outcome(customer.client.from('products').select().eq('id', 'x'))).toBe('400 22P02')
    expect(await outcome(customer.client.from('products').select().eq('price_amount', '1'.repeat(30)))).toBe(
      '400 22003',
    )
    expect(await outcome(customer.client.from('products').select().eq('created_at', 'soon'))).toBe(
      '400 22007',
    )
  })

  test('a request that PostgREST refuses is answered with the documented code', async () => {
    expect(await outcome(customer.client.from('products').select().eq('id', crypto.randomUUID()).single()))
      .toBe('406 PGRST116')
    expect(await outcome(customer.client.rpc('add_to_cart', { variantId: 1 }))).toBe('404 PGRST202')
    const bearing = (token: string) =>
      platform.visitor({ global: { headers: { authorization: `Bearer ${token}` } } }).from('products').select(
        'id',
      )
    expect(await outcome(bearing('no.such.token'))).toBe('401 PGRST301')
    const expired = new JwtSigner(platform.keys.signingKeys[0]!)
      .sign({ role: 'authenticated', sub: customer.user.id, exp: 1 })
    expect(await outcome(bearing(await expired))).toBe('401 PGRST303')
  })
})
