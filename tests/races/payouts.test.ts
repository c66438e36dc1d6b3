import { beforeAll, describe, expect, test } from 'vitest'
import {
  call,
  cardCheckout,
  createProduct,
  createStore,
  createUser,
  fillCart,
  must,
  type Outcome,
  type Store,
} from '../support/market.ts'
import {
  type Arena,
  deliver,
  expectSound,
  intentFact,
  openArena,
  preparePayment,
  race,
  REPEATS,
  tally,
} from './arena.ts'

describe('money to stores', () => {
  let arena: Arena
  beforeAll(async () => {
    arena = await openArena(32)
    await arena.owner`update private.settings set payments_are_live = false, payout_hold_days = 0`
  })

  /** A store whose account can receive and pay out. */
  async function openAccount(): Promise<Store> {
    const store = await createStore(arena.owner)
    await arena.owner`insert into public.payout_accounts (
        store_id, provider_account_id, transfers_enabled, payouts_enabled
      ) values (${store.id}, ${`acct_${store.id}`}, true, true)`
    return store
  }

  /** An order of one piece for so much, paid by card and delivered. */
  async function sell(store: Store, amount: number): Promise<string> {
    const customer = await createUser(arena.owner)
    const product = await createProduct(arena.owner, store, amount, 5)
    await fillCart(arena.owner, customer, [{ product, quantity: 1 }])
    const { checkout_id, orders } = await must(
      call<{ checkout_id: string; orders: { id: string }[] }>(
        arena.clients,
        customer,
        'checkout',
        cardCheckout(),
      ),
    )
    const payment = await preparePayment(arena, customer, checkout_id)
    await must(deliver(arena.owner, intentFact(payment, 'succeeded'), `evt_${checkout_id}`))
    const order_id = orders[0]!.id
    for (const status of ['shipped', 'delivered']) {
      await must(call(arena.clients, store.ownerId, 'advance_order', { order_id, status }))
    }
    return order_id
  }

  /** One run of the job, with a provider that says yes; how many transfers it made. */
  async function work(): Promise<Outcome<number>> {
    const rows = await arena.owner<
      { transfer_id: string }[]
    >`select transfer_id from public.list_transfers_to_make(5)`
    for (const { transfer_id } of rows) {
      const [{ fact }] = await arena.owner<
        [{ fact: { status: string } }]
      >`select public.prepare_transfer_for_job(${transfer_id}) as fact`
      if (fact.status === 'pending') {
        await arena.owner`select public.record_transfer(${transfer_id}, ${`tr_${transfer_id}`})`
      }
    }
    return { outcome: 'ok', value: rows.length }
  }

  /** What the provider has of ours and the store's balance, in minor units. */
  async function owed(store: Store): Promise<number> {
    const [row] = await arena.owner<{ owed: number }[]>`
      select -balance::integer as owed from private.ledger_accounts where kind = 'store' and store_id = ${store.id}`
    return row!.owed
  }

  test('of two payouts of 800.00 of 1,250.00 asked for at once, one is refused', REPEATS, async () => {
    const store = await openAccount()
    await sell(store, 125_000)
    const outcomes = await race(
      ['one', 'two'].map((key) => () =>
        call(arena.clients, store.ownerId, 'request_payout', {
          store_id: store.id,
          amount: 80_000,
          currency: store.currency,
          idempotency_key: key,
        })
      ),
    )
    expect(tally(outcomes)).toEqual({ ok: 1, insufficient_balance: 1 })
    await expectSound(arena.owner)
  })

  test('eight jobs at once send what is due, each sale once', REPEATS, async () => {
    const stores = await Promise.all([openAccount(), openAccount(), openAccount()])
    for (const store of stores) for (const amount of [1000, 2000, 3000]) await sell(store, amount)
    await race(Array.from({ length: 8 }, () => work))
    await work()
    const sent = await arena.owner<{ store_id: string; amount: number; count: number }[]>`
      select store_id, sum(amount)::integer as amount, count(*)::integer as count from public.transfers
      where status = 'made' and store_id = any (${stores.map(({ id }) => id)}) group by store_id`
    expect(sent.map(({ amount, count }) => `${count} ${amount}`)).toEqual(Array(3).fill('3 5400'))
    for (const store of stores) expect(await owed(store)).toBe(0)
    await expectSound(arena.owner)
  })

  test('a refund that meets its transfer leaves nothing owed to either side', REPEATS, async () => {
    const store = await openAccount()
    const order_id = await sell(store, 5000)
    await must(call(arena.clients, store.ownerId, 'request_refund', { order_id }))
    const [refund] = await arena.owner<
      { id: string }[]
    >`select id from public.refunds where order_id = ${order_id}`
    await race<unknown>([
      work,
      () => call(arena.clients, store.ownerId, 'decide_refund', { refund_id: refund!.id, approve: true }),
      work,
    ])
    const rows = await arena.owner<
      { reversal_id: string }[]
    >`select reversal_id from public.list_reversals_to_make()`
    for (const { reversal_id } of rows) {
      await arena.owner`select public.prepare_reversal_for_job(${reversal_id})`
      await arena.owner`select public.record_reversal(${reversal_id}, ${`trr_${reversal_id}`})`
    }
    expect(await owed(store)).toBe(0)
    await expectSound(arena.owner)
  })
})
