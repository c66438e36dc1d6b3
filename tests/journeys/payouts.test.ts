import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CallSql } from '../../functions/_shared/sql.ts'
import { createStripe } from '../../functions/_shared/stripe.ts'
import { reconcile } from '../../functions/payments-reconcile/core.ts'
import { createHandler } from '../../functions/payouts/handler.ts'
import { compareBalances } from '../../functions/payouts-send/core.ts'
import { answerOf, post } from '../functions/support.ts'
import { refusal, type SignedIn } from '../support/index.ts'
import {
  accountOf,
  books,
  control,
  deliver,
  expectBalanced,
  held,
  type Market,
  opening,
  openMarket,
  type Sale,
  sell,
  send,
  sending,
  tell,
} from './money.ts'
import { ask, openStore } from './world.ts'

// Money of stores, from the customer's card to the store's bank, through the provider's sandbox and its signed webhooks.
describe('how stores are paid', () => {
  let market: Market

  afterEach(() => {
    vi.restoreAllMocks()
  })
  beforeAll(async () => {
    market = await openMarket()
  }, 120_000)

  /** How the books have changed since. */
  async function since(before: Record<string, number>): Promise<Record<string, number>> {
    const now = await books(market)
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    return Object.fromEntries(
      names.map((name) => [name, (now[name] ?? 0) - (before[name] ?? 0)] as const)
        .filter(([, change]) => change !== 0),
    )
  }

  /** A sale of A for 60.00 that was sent on: 54.00 to A, 6.00 kept, 2.04 gone to the provider. */
  async function sent(): Promise<Sale> {
    const sale = await sell(market, [market.a])
    await deliver(market.a, sale)
    expect(await send(market)).toMatchObject({ transfers: 1, failed: 0 })
    return sale
  }

  async function refund(sale: Sale, amount?: number): Promise<void> {
    const { id } = await ask<{ id: string }>(market.a.owner.client, 'request_refund', {
      order_id: sale.orders[market.a.storeId],
      ...(amount === undefined ? {} : { amount }),
    })
    await ask(market.a.owner.client, 'decide_refund', { refund_id: id, approve: true })
    await reconcile(sending(market))
    await tell(market, twice)
  }

  /** Tells of a dispute, twice and last one first, and answers its status here. */
  async function disputed(sale: Sale): Promise<string> {
    await tell(market, (events) => twice(events).toReversed())
    const [row] = await market.platform.sql<{ status: string }[]>`
      select disputes.status from public.disputes
      join public.payments on payments.id = disputes.payment_id
      where payments.checkout_id = ${sale.checkoutId}`
    return row!.status
  }

  test('one charge of two stores is shared out: 54.00 and 35.00 to them, 11.00 kept, of which 3.20 is the fee', async () => {
    const before = await books(market)
    const [heldByA, heldByB] = [
      await held(market, market.a.accountId),
      await held(market, market.b.accountId),
    ]
    const sale = await sell(market, [market.a, market.b])
    await send(market)
    expect(await since(before)).toEqual({ provider: 9680, fees: 320, commission: -1100, A: -5400, B: -3500 })
    await deliver(market.a, sale)
    await deliver(market.b, sale)
    expect(await send(market)).toMatchObject({ transfers: 2, failed: 0 })
    expect(await since(before)).toEqual({ provider: 780, fees: 320, commission: -1100 })
    expect(await held(market, market.a.accountId)).toBe(heldByA + 5400)
    expect(await held(market, market.b.accountId)).toBe(heldByB + 3500)
    const { data: made } = await market.stripe.transfers.list({ transfer_group: sale.checkoutId })
    expect(new Set(made.map(({ source_transaction }) => source_transaction)).size).toBe(1)
    await expectBalanced(market)
    expect(await compareBalances(sending(market))).toMatchObject([{
      currency: 'USD',
      difference: -market.sampled,
    }])
  })

  test('what was sent is taken back once when it is refunded, however often that is told', async () => {
    const before = await books(market)
    const sale = await sent()
    await refund(sale)
    expect(await send(market)).toMatchObject({ reversals: 1, failed: 0 })
    expect(await send(market)).toMatchObject({ reversals: 0, failed: 0 })
    await tell(market, (events) => twice(events).toReversed())
    expect(await since(before)).toEqual({ provider: -204, fees: 204 })
    const { data: [transfer] } = await market.stripe.transfers.list({ transfer_group: sale.checkoutId })
    expect(transfer).toMatchObject({ amount: 5400, amount_reversed: 5400, reversed: true })
    await expectBalanced(market)
  })

  test('a dispute that is lost costs the store its share and the marketplace its fee', async () => {
    const before = await books(market)
    const sale = await sent()
    const { dispute } = await control(market, '/disputes', { payment_intent: sale.intent })
    expect(await disputed(sale)).toBe('needs_response')
    expect(await send(market)).toMatchObject({ reversals: 1 })
    expect(await since(before)).toMatchObject({ disputed: 6000, dispute_costs: 1500 })
    await control(market, '/disputes/decide', { dispute, won: false })
    expect(await disputed(sale)).toBe('lost')
    await send(market)
    expect(await since(before)).toEqual({ provider: -1500 - 204, fees: 204, dispute_costs: 1500 })
    await expectBalanced(market)
  })

  test('a dispute that is won by evidence gives the store its share again', async () => {
    // What is sent again comes out of the marketplace's own balance, which fees of disputes have emptied.
    await sell(market, [market.b])
    await send(market)
    const before = await books(market)
    const sale = await sent()
    await control(market, '/disputes', { payment_intent: sale.intent })
    expect(await disputed(sale)).toBe('needs_response')
    expect(await send(market)).toMatchObject({ reversals: 1 })
    const { data: share } = await market.a.owner.client.from('dispute_shares').select('dispute_id')
      .eq('order_id', sale.orders[market.a.storeId]).single()
    await ask(market.a.owner.client, 'submit_dispute_evidence', {
      dispute_id: share!.dispute_id,
      evidence: 'winning_evidence',
    })
    expect(await send(market)).toMatchObject({ answers: 1 })
    expect(await disputed(sale)).toBe('won')
    await control(market, '/balances/settle', {})
    expect(await send(market)).toMatchObject({ transfers: 1, failed: 0 })
    expect(await since(before)).toEqual({
      provider: 600 - 204 - 1500,
      fees: 204,
      commission: -600,
      dispute_costs: 1500,
    })
    await expectBalanced(market)
  })

  test('a payout is asked for with a second factor, leaves once, and is in the balance again when its bank sends it back', async () => {
    const { a } = market
    await sent()
    await control(market, '/balances/settle', {})
    const available = async () => {
      const { currencies } = await ask<{ currencies: { available_amount: number }[] }>(
        a.owner.client,
        'store_balance',
        {
          store_id: a.storeId,
        },
      )
      return currencies[0]!.available_amount
    }
    const before = await available()
    expect(before).toBeGreaterThanOrEqual(5400)
    const asking = {
      store_id: a.storeId,
      amount: before,
      currency: 'USD',
      idempotency_key: crypto.randomUUID(),
    }
    const { id } = await ask<{ id: string }>(a.owner.client, 'request_payout', asking)
    expect(await refusal(a.owner.client.rpc('request_payout', { ...asking, idempotency_key: 'other' })))
      .toEqual({ status: 409, code: 'insufficient_balance' })
    expect(await send(market)).toMatchObject({ payouts: 1, failed: 0 })
    expect(await send(market)).toMatchObject({ payouts: 0, failed: 0 })
    expect(await available()).toBe(0)
    const state = async () => {
      const { data } = await a.owner.client.from('payouts').select('status, failure_code, provider_payout_id')
        .eq('id', id)
        .single()
      return data!
    }
    const { provider_payout_id: payout } = await state()
    await control(market, '/payouts', { payout })
    await tell(market, twice)
    expect(await state()).toMatchObject({ status: 'paid' })
    await control(market, '/payouts', { payout, failure: 'account_closed' })
    await tell(market, twice)
    expect(await state()).toMatchObject({ status: 'failed', failure_code: 'account_closed' })
    expect(await available()).toBe(before)
    await expectBalanced(market)
  })

  test('a payout whose events were lost is asked for', async () => {
    const { a } = market
    const { id } = await ask<{ id: string }>(a.owner.client, 'request_payout', {
      store_id: a.storeId,
      amount: 1000,
      currency: 'USD',
      idempotency_key: crypto.randomUUID(),
    })
    await send(market)
    const state = async () => {
      const { data } = await a.owner.client.from('payouts').select('status, provider_payout_id').eq('id', id)
        .single()
      return data!
    }
    await control(market, '/payouts', { payout: (await state()).provider_payout_id })
    await send(market)
    expect(await state()).toMatchObject({ status: 'paid' })
    await control(market, '/payouts', { payout: (await state()).provider_payout_id, failure: 'no_account' })
    await send(market)
    expect(await state()).toMatchObject({ status: 'failed' })
    await tell(market, () => [])
  })

  test('an account that the provider restricts gets nothing until it is enabled again, also when its events are lost', async () => {
    const { a } = market
    const sale = await sell(market, [a])
    await control(market, '/accounts', { account: a.accountId, standing: 'restricted' })
    await tell(market)
    expect(await accountOf(market, a.storeId)).toMatchObject({
      transfers_enabled: false,
      disabled_reason: 'requirements.past_due',
    })
    await deliver(a, sale)
    expect(await send(market)).toMatchObject({ transfers: 0 })
    await control(market, '/accounts', { account: a.accountId, standing: 'enabled' })
    await tell(market, () => [])
    await market.platform.sql`
      update public.payout_accounts set reported_at = now() - interval '61 minutes' where store_id = ${a.storeId}`
    expect(await send(market)).toMatchObject({ transfers: 1, failed: 0 })
    await expectBalanced(market)
  })

  test('events that come late and last one first change nothing of what was done meanwhile', async () => {
    const before = await books(market)
    const sale = await sell(market, [market.a], (events) => twice(events).toReversed())
    await deliver(market.a, sale)
    await send(market)
    const { id } = await ask<{ id: string }>(market.a.owner.client, 'request_refund', {
      order_id: sale.orders[market.a.storeId],
      amount: 2000,
    })
    await ask(market.a.owner.client, 'decide_refund', { refund_id: id, approve: true })
    await reconcile(sending(market))
    await send(market)
    await tell(market, (events) => twice(events).toReversed())
    expect(await since(before)).toEqual({ provider: 400 - 204, fees: 204, commission: -400 })
    const mismatches = await market.platform.sql`
      select type from private.provider_events where outcome = 'mismatch'`
    expect([...mismatches]).toEqual([])
    await expectBalanced(market)
  })

  test('who is paid opens an account once, with a second factor, and sees how it stands', async () => {
    const { owner, storeId, accountId } = market.b
    const handler = (who: SignedIn) => createHandler(opening(market, who))
    const invoke = async (path: string, who = owner, body: Record<string, unknown> = { store_id: storeId }) =>
      answerOf(await handler(who)(post(`/payouts/${path}`, body)))
    expect(await invoke('account'))
      .toMatchObject([200, { account_id: accountId, payouts_enabled: true, requirements: [] }])
    expect(await invoke('onboarding'))
      .toMatchObject([200, { url: expect.stringContaining('/connect/onboarding/') }])
    expect((await market.stripe.accounts.list()).data).toHaveLength(2)
    expect(await invoke('onboarding', market.a.owner)).toMatchObject([403, { code: 'store_role_required' }])
    const weak = await market.platform.signIn()
    const other = { store_id: await openStore(weak, { name: 'One Factor' }) }
    for (const path of ['onboarding', 'account']) {
      expect(await invoke(path, weak, other)).toMatchObject([403, { code: 'second_factor_required' }])
    }
    expect(await invoke('onboarding', owner, { store_id: storeId, return_url: 'https://evil.example/' }))
      .toMatchObject([422, { code: 'return_url_not_allowed' }])
    expect(await invoke('accounts')).toMatchObject([404, { code: 'route_not_found' }])
  })

  describe('killed on the way', () => {
    /** Money that is about to move: a transfer, then its reversal, then a payout. */
    const moves = {
      transfer: async () => {
        const sale = await sell(market, [market.a])
        await deliver(market.a, sale)
        return { made: 'transfers', recorded: 'record_transfer', call: 'POST /v1/transfers' } as const
      },
      reversal: async () => {
        const sale = await sent()
        await refund(sale)
        return {
          made: 'reversals',
          recorded: 'record_reversal',
          call: 'POST /v1/transfers/*/reversals',
        } as const
      },
      payout: async () => {
        await sent()
        await control(market, '/balances/settle', {})
        await ask(market.a.owner.client, 'request_payout', {
          store_id: market.a.storeId,
          amount: 100,
          currency: 'USD',
          idempotency_key: crypto.randomUUID(),
        })
        return { made: 'payouts', recorded: 'record_payout', call: 'POST /v1/payouts' } as const
      },
    }
    type Step = 'row' | 'call' | 'answer' | 'commit'
    const steps: [keyof typeof moves, Step][] = (Object.keys(moves) as (keyof typeof moves)[]).flatMap((
      move,
    ) =>
      (['row', 'call', 'answer', 'commit'] as const).map((step): [keyof typeof moves, Step] => [move, step])
    )

    test.each(steps)('a %s whose worker dies after the %s is made once', async (move, step) => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
      const { made, recorded, call } = await moves[move]()
      const deps = sending(market)
      const count = async () => {
        const { data } = await market.stripe.balanceTransactions.list({ limit: 100 })
        const paid = await market.stripe.payouts.list({ limit: 100 }, { stripeAccount: market.a.accountId })
        return data.filter(({ type }) => type.startsWith('transfer')).length + paid.data.length
      }
      const before = await count()
      if (step === 'row') {
        await control(market, '/faults', { match: call, times: 9, when: 'before', status: 503 })
      }
      if (step === 'call') {
        await control(market, '/faults', { match: call, times: 1, when: 'after', status: 503 })
      }
      const sql: CallSql = async (name, args, result) => {
        if (step === 'answer' && name === recorded) throw new Error('killed')
        const answer = await deps.sql(name, args, result)
        if (step === 'commit' && name === recorded) throw new Error('killed')
        return answer
      }
      const stripe = createStripe(market.platform.keys.stripeSecretKey, market.platform.inboxUrl)
      await send(market, { ...deps, sql, stripe })
      await control(market, '', {}, 'DELETE')
      if (step === 'answer') {
        // A day later the provider has forgotten the key, and what was made is found by its metadata.
        await control(market, '/idempotency-keys/expire', {})
        for (const table of ['transfers', 'transfer_reversals', 'payouts']) {
          await market.platform.sql`
            update ${market.platform.sql(table)} set called_at = called_at - interval '24 hours'
            where called_at is not null`
        }
      }
      const report = await send(market)
      expect(report.failed).toBe(0)
      expect(report[made] <= 1).toBe(true)
      expect(await count()).toBe(before + 1)
      expect(await send(market)).toMatchObject({ transfers: 0, reversals: 0, payouts: 0, failed: 0 })
      await tell(market, (events) => [...events, ...events].toReversed())
      await expectBalanced(market)
    })
  })

  // Last, because what is sent after a debt was netted is sent for older sales.
  test('a reversal that the provider refuses is a debt that the next sale pays', async () => {
    const before = await books(market)
    const sale = await sent()
    const rest = await held(market, market.a.accountId)
    await control(market, '/balances/settle', {})
    await control(market, '/balances', { account: market.a.accountId, currency: 'usd', available: 0 })
    await refund(sale)
    await send(market)
    expect(await since(before)).toEqual({ provider: -204 - 5400, fees: 204, A: 5400 })
    await control(market, '/balances', { account: market.a.accountId, currency: 'usd', available: rest })
    const next = await sell(market, [market.a])
    await deliver(market.a, next)
    expect(await send(market)).toMatchObject({ transfers: 0 })
    expect(await since(before)).toEqual({ provider: 600 - 408, fees: 408, commission: -600 })
    await expectBalanced(market)
  })
})

const twice = <T>(list: T[]): T[] => [...list, ...list]
