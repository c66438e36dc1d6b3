import { beforeAll, describe, expect, test } from 'vitest'
import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js'
import { releaseLater } from '../support/index.ts'
import { type Article, ask, buy, offer, openShop, type Shop } from './world.ts'

interface Heard {
  event: string
  payload: Record<string, unknown>
}

/** Joins a private channel; resolves with what it hears from then on, or rejects when it may not. */
async function listen(client: SupabaseClient, topic: string): Promise<Heard[]> {
  await client.realtime.setAuth()
  const heard: Heard[] = []
  const channel: RealtimeChannel = client.channel(topic, { config: { private: true } })
  releaseLater(async () => {
    await client.removeAllChannels()
  })
  await new Promise<void>((resolve, reject) => {
    channel.on('broadcast', { event: '*' }, ({ event, payload }) => heard.push({ event, payload }))
      .subscribe((status, error) => {
        if (status === 'SUBSCRIBED') resolve()
        else if (status !== 'CLOSED') reject(error ?? new Error(status))
      })
  })
  return heard
}

describe('notifications', () => {
  let shop: Shop
  let lamp: Article
  beforeAll(async () => {
    shop = await openShop()
    lamp = await offer(shop.owner, shop.storeId, 'Lamp', 2500, 100)
  })

  test("each step reaches the customer's channel, each order the store's", async () => {
    const customer = await shop.platform.signIn()
    const bySeller = await listen(shop.owner.client, `store:${shop.storeId}:orders`)
    const byCustomer = await listen(customer.client, `user:${customer.user.id}`)
    const { orders: [order] } = await buy(customer, lamp)
    await ask(shop.owner.client, 'advance_order', { order_id: order!.id, status: 'shipped' })

    await expect.poll(() => bySeller.map(({ event, payload }) => [event, payload['status']]), {
      timeout: 10_000,
    }).toEqual([
      ['order_created', 'confirmed'],
      ['order_updated', 'shipped'],
    ])
    await expect.poll(() => byCustomer.map(({ payload }) => payload['kind']), { timeout: 10_000 }).toEqual([
      'order_confirmed',
      'order_shipped',
    ])
    expect(byCustomer[0]!.payload['data']).toMatchObject({ order_id: order!.id, status: 'confirmed' })

    // The gap after a reconnect is fetched from the table, by id.
    const { data } = await customer.client.from('notifications').select('id, kind, read_at').order('id')
    expect(data!.map(({ kind }) => kind)).toEqual(['order_confirmed', 'order_shipped'])
    const read = await customer.client.from('notifications').update({ read_at: new Date().toISOString() })
      .eq('id', data![0]!.id).select('kind')
    expect(read.data).toHaveLength(1)
  })

  test('nobody joins a channel of somebody else', async () => {
    const stranger = await shop.platform.signIn()
    await expect(listen(stranger.client, `store:${shop.storeId}:orders`)).rejects.toThrow()
    await expect(listen(stranger.client, `user:${shop.owner.user.id}`)).rejects.toThrow()
    await expect(listen(stranger.client, 'user:no-uuid')).rejects.toThrow()
  })
})
