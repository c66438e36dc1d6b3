import { expect, test } from 'vitest'
import { randomPhone, refusal } from '../support/index.ts'
import { ask, offer, openShop } from './world.ts'

test('an abandoned cart expires: its token opens nothing, and the next thing opens a new cart', async () => {
  const { platform, owner, storeId } = await openShop()
  const lamp = await offer(owner, storeId, 'Lamp')
  const visitor = platform.visitor()
  const customer = await platform.signIn(randomPhone())
  const abandoned = await ask<{ id: string; token: string }>(visitor, 'add_to_cart', {
    variant_id: lamp.variantId,
  })
  const hers = await ask<{ id: string }>(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
  const kept = await ask<{ token: string }>(platform.visitor(), 'add_to_cart', { variant_id: lamp.variantId })
  await platform.sql`
    update public.carts set expires_at = now() - interval '1 second' where id in (${abandoned.id}, ${hers.id})`
  await platform.sql`select private.run_job('expire-carts')`

  const cart_token = abandoned.token
  expect(await ask(visitor, 'get_cart', { cart_token })).toMatchObject({ id: null, items: [] })
  const change = { variant_id: lamp.variantId, quantity: 2, cart_token }
  expect(await refusal(visitor.rpc('set_cart_quantity', change))).toMatchObject({ code: 'cart_not_found' })
  expect(await refusal(customer.client.rpc('claim_cart', { cart_token }))).toMatchObject({
    code: 'cart_not_found',
  })
  const fresh = await ask<{ id: string; token: string }>(visitor, 'add_to_cart', {
    variant_id: lamp.variantId,
    cart_token,
  })
  expect(fresh.token).toHaveLength(64)
  expect(fresh.token).not.toBe(cart_token)

  expect(await ask(customer.client, 'get_cart')).toMatchObject({ id: null, items: [] })
  const next = await ask<{ id: string }>(customer.client, 'add_to_cart', { variant_id: lamp.variantId })
  expect(next.id).not.toBe(hers.id)
  expect(await ask(visitor, 'get_cart', { cart_token: kept.token })).toMatchObject({ item_count: 1 })
})
