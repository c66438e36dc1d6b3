import { expect, test } from 'vitest'
import { randomPhone } from '../support/index.ts'
import { ask, buy, offer, openShop } from './world.ts'

/** How long a broadcast may take. */
const PATIENCE = { timeout: 15_000 }

test('a removed member hears nothing more of the store’s orders once the token changes', async () => {
  const { platform, owner, storeId } = await openShop()
  const lamp = await offer(owner, storeId, 'Lamp', 1000, 10)
  const customer = await platform.signIn(randomPhone())
  const helper = await platform.signIn(randomPhone())
  const { token } = await ask<{ token: string }>(owner.client, 'invite_member', {
    store_id: storeId,
    role: 'staff',
    email: 'pip@example.com',
  })
  await ask(helper.client, 'accept_invitation', { token })

  /** What somebody hears on the store's channel, and how the channel is. */
  async function listen(client: typeof owner.client): Promise<{ orders: string[]; states: string[] }> {
    const heard: { orders: string[]; states: string[] } = { orders: [], states: [] }
    await client.realtime.setAuth()
    client.channel(`store:${storeId}:orders`, { config: { private: true } })
      .on('broadcast', { event: 'order_created' }, ({ payload }) => heard.orders.push(payload.order_id))
      .subscribe((state) => heard.states.push(state))
    await expect.poll(() => heard.states, PATIENCE).toEqual(['SUBSCRIBED'])
    return heard
  }
  const byHelper = await listen(helper.client)
  const byOwner = await listen(owner.client)
  const first = (await buy(customer, lamp)).orders[0]!.id
  await expect.poll(() => [byHelper.orders, byOwner.orders], PATIENCE).toEqual([[first], [first]])

  await ask(owner.client, 'remove_member', { store_id: storeId, user_id: helper.user.id })
  const { data } = await helper.client.auth.refreshSession()
  await helper.client.realtime.setAuth(data.session!.access_token)
  await expect.poll(() => byHelper.states, PATIENCE).toContain('CLOSED')
  const second = (await buy(customer, lamp)).orders[0]!.id
  await expect.poll(() => byOwner.orders, PATIENCE).toEqual([first, second])
  expect(byHelper.orders).toEqual([first])
})
