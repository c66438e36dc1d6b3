import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { totpCode } from '../../supabase/local/auth/totp.ts'
import {
  must,
  randomPhone,
  refusal,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { ask, buy, offer, openStore, pay } from './world.ts'

describe('docs/api.md, word for word: payouts', () => {
  const page = new Snippets('docs/api.md', 'Payouts')
  let platform: TestPlatform
  let owner: SignedIn
  let store_id: string
  const signIn = (): Promise<SignedIn> =>
    signInByPhone(platform.visitor({ global: { fetch: page.fetch } }), platform.inbox, randomPhone())
  const report = (fact: Record<string, unknown>) =>
    ask(platform.service(), 'apply_payment_event', {
      event_id: `evt_${crypto.randomUUID()}`,
      event_type: 'test',
      occurred_at: new Date().toISOString(),
      livemode: false,
      fact,
    })

  beforeAll(async () => {
    platform = await startTestPlatform()
    owner = await signIn()
    store_id = await openStore(owner)
    await platform.sql`update private.settings set payout_hold_days = 0`
    await platform.sql`select public.set_commission('store', ${store_id}, 1000)`
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('a sale is owed, sent, read in the statement, paid out, and disputed', async () => {
    const supabase = owner.client
    const lamp = await offer(owner, store_id, 'Harbour Lamp', 6000)
    const customer = await signIn()
    const { checkout_id, orders } = await buy(customer, lamp, { method: 'card' })
    const intent_id = await pay(platform, customer, checkout_id)
    const order_id = orders[0]!.id
    for (const status of ['shipped', 'delivered']) await ask(supabase, 'advance_order', { order_id, status })

    const { balance } = await page.run('store_balance', { supabase, store_id })
    expect(balance).toMatchObject({
      hold_days: 0,
      currencies: [{ currency: 'USD', payable_amount: 5400, pending_amount: 0, debt_amount: 0 }],
    })
    const { entries, more, csv } = await page.run('store_statement', { supabase, store_id })
    expect(entries).toMatchObject([
      { number: 1, kind: 'sale', amount: 6000, balance: 6000, currency_code: 'USD' },
      { number: 2, kind: 'commission', amount: -600, balance: 5400 },
    ])
    expect(more).toEqual([])
    expect(csv).toMatch(/^number,at,kind,.*\r\n1,.*,60\.00,60\.00,USD,\r\n2,.*,-6\.00,54\.00,USD,\r\n$/)

    const paying = { supabase, store_id, amount: 5400, currency: 'USD' }
    expect((await page.run('request_payout', paying, ['403 second_factor_required'])).payout).toBeNull()
    // An authenticator names the account by its e-mail address.
    await must(
      platform.service().auth.admin.updateUserById(owner.user.id, {
        email: 'owner@example.com',
        email_confirm: true,
      }),
    )
    const factor = await must(owner.client.auth.mfa.enroll({ factorType: 'totp' })) as {
      id: string
      totp: { secret: string }
    }
    await must(supabase.auth.mfa.challengeAndVerify({
      factorId: factor.id,
      code: totpCode(factor.totp.secret),
    }))
    expect((await page.run('request_payout', paying, ['409 payouts_not_enabled'])).payout).toBeNull()
    await ask(supabase, 'prepare_payout_account', { store_id })
    await ask(platform.service(), 'attach_payout_account', { store_id, provider_account_id: 'acct_1' })
    await report({ kind: 'account', account_id: 'acct_1', transfers_enabled: true, payouts_enabled: true })
    const { payout, payouts } = await page.run('request_payout', paying)
    expect(payout).toMatchObject({ status: 'requested', amount: 5400, currency: 'USD' })
    expect(payouts).toMatchObject([{ id: payout.id }])
    expect(
      (await refusal(
        supabase.rpc('request_payout', { ...paying, supabase: undefined, idempotency_key: 'another' }),
      )).code,
    ).toBe('insufficient_balance')

    const service = platform.service()
    for (
      const { transfer_id } of await must<{ transfer_id: string }[]>(service.rpc('list_transfers_to_make'))
    ) {
      expect(await ask(service, 'prepare_transfer_for_job', { transfer_id })).toMatchObject({
        account_id: 'acct_1',
        amount: 5400,
      })
      await ask(service, 'record_transfer', { transfer_id, provider_transfer_id: 'tr_1' })
    }
    const { account, transfers } = await page.run('payout_accounts', { supabase, store_id })
    expect(account).toMatchObject({ payouts_enabled: true, requirements: [] })
    expect(transfers).toMatchObject([{ order_id, amount: 5400, status: 'made', transfer_reversals: [] }])

    await report({
      kind: 'dispute',
      dispute_id: 'du_1',
      intent_id,
      amount: 6000,
      currency: 'USD',
      reason: 'product_not_received',
      status: 'needs_response',
    })
    const [{ dispute_id }] = await must(supabase.from('dispute_shares').select('dispute_id')) as [
      { dispute_id: string },
    ]
    const file = new File(['proof'], 'proof.pdf', { type: 'application/pdf' })
    const { evidence, path } = await page.run('submit_dispute_evidence', {
      supabase,
      store_id,
      dispute_id,
      file,
    })
    expect(evidence).toMatchObject({ dispute_id, store_id, files: [path] })
    expect((await platform.visitor().storage.from('dispute-evidence').download(path)).error).not.toBeNull()
    expect((await customer.client.storage.from('dispute-evidence').download(path)).error).not.toBeNull()
    expect((await supabase.storage.from('dispute-evidence').download(path)).error).toBeNull()
    await page.run('accept_dispute', { supabase, dispute_id })
    expect(await must(service.rpc('list_dispute_answers_to_send'))).toMatchObject([
      { provider_dispute_id: 'du_1', action: 'accept' },
    ])
    await report({
      kind: 'dispute',
      dispute_id: 'du_1',
      intent_id,
      amount: 6000,
      currency: 'USD',
      status: 'lost',
    })
    expect(await ask(supabase, 'store_balance', { store_id })).toMatchObject({
      currencies: [{ balance_amount: -5400, debt_amount: 5400, available_amount: 0 }],
    })
    expect(await platform.sql`select * from private.check_invariants()`).toEqual([])
  })
})
