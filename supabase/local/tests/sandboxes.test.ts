import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import webpush from 'web-push'
import { generateKeys, type Keys } from '../keys.ts'
import type { Message } from '../sandboxes/inbox.ts'
import { type Sandboxes, startSandboxes } from '../sandboxes/index.ts'

interface Received {
  headers: IncomingMessage['headers']
  body: string
}

let keys: Keys
let sandboxes: Sandboxes
let stripe: Stripe
/** What the webhook listener got, and what it answers next (200 once this is empty). */
const received: Received[] = []
const answers: number[] = []
const listener = createServer((req, res) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => {
    received.push({ headers: req.headers, body: Buffer.concat(chunks).toString('utf8') })
    res.writeHead(answers.shift() ?? 200).end()
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  keys = await generateKeys()
  sandboxes = await startSandboxes({
    port: 0,
    host: '127.0.0.1',
    keys,
    webhookUrl: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`,
  })
  stripe = client(keys.stripeSecretKey)
})

afterAll(async () => {
  await sandboxes.close()
  listener.closeAllConnections()
  await new Promise((resolve) => listener.close(resolve))
})

afterEach(async () => {
  await fetch(`${sandboxes.url}/_control`, { method: 'DELETE' })
  received.length = 0
  answers.length = 0
})

/** The unmodified SDK, pointed at the sandbox. */
function client(apiKey: string, url = sandboxes.url): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe(apiKey, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
}

const control = (method: string, path: string, body: unknown) =>
  fetch(`${sandboxes.url}/_control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Waits for an event of a type (about a certain object) at the listener and verifies its signature. */
async function eventOf(type: string, about?: string): Promise<Stripe.Event> {
  const found = await expect.poll(
    () => events().find((event) => event.type === type && (!about || JSON.stringify(event).includes(about))),
    { timeout: 5000, interval: 20 },
  ).toBeDefined().then(() =>
    received.find((delivery) =>
      delivery.body.includes(`"type": "${type}"`) && (!about || delivery.body.includes(about))
    )!
  )
  return stripe.webhooks.constructEvent(
    found.body,
    String(found.headers['stripe-signature']),
    keys.stripeWebhookSecret,
  )
}

const events = () => received.map((delivery) => JSON.parse(delivery.body) as Stripe.Event)

const pay = (method: string, options: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 4200,
    currency: 'usd',
    payment_method: method,
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    ...options,
  })

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('expected a refusal')
    },
    (error: unknown) => error as Stripe.errors.StripeError,
  )

describe('Stripe payments', () => {
  test('an intent is created, confirmed with a test card, and told of by signed webhooks', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1999,
      currency: 'inr',
      metadata: { checkout_id: 'c-1' },
      automatic_payment_methods: { enabled: true },
    })
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      amount: 1999,
      metadata: { checkout_id: 'c-1' },
    })
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_`))
    expect(intent.lastResponse.requestId).toMatch(/^req_/)

    const confirmed = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
    })
    expect(confirmed).toMatchObject({ status: 'succeeded', amount_received: 1999 })

    const event = await eventOf('payment_intent.succeeded', intent.id)
    expect(event.data.object).toMatchObject({ id: intent.id, status: 'succeeded', amount_received: 1999 })
    await eventOf('payment_intent.created', intent.id)
    await eventOf('charge.succeeded', intent.id)
  })

  test('what happens to a payment stands in the inbox, apart from mails and texts', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      metadata: { checkout_id: 'c-7' },
      allowed_payment_method_types: ['card'],
    })
    await refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }))
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 500 })
    const read = async (query: string) =>
      await (await fetch(`${sandboxes.url}/messages?to=${intent.id}${query}`)).json() as Message[]
    const notices = await read('&channel=payment')
    expect(notices.map(({ from, subject }) => [from, subject])).toEqual([
      ['Stripe', 'Refund: 5.00 eur'],
      ['Stripe', 'Paid: 25.00 eur'],
      ['Stripe', 'Payment declined: 25.00 eur'],
    ])
    expect(notices[0]!.text).toContain(`refund: ${refund.id}`)
    expect(notices[1]!.text).toContain('checkout_id: c-7')
    expect(notices[2]!.text).toContain('reason: Your card was declined.')
    expect(await read('')).toEqual([])
    expect(await (await fetch(sandboxes.url)).text()).toContain('data-channel="payment"')
  })

  test('a created-event shows the intent as it was then, not as it became', async () => {
    const intent = await pay('pm_card_visa')
    const created = await eventOf('payment_intent.created', intent.id)
    expect(created.data.object).toMatchObject({ status: 'requires_payment_method' })
  })

  test.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ])(
    '%s is refused as a card error and can be followed by another card',
    async (method, code, declineCode) => {
      const intent = await stripe.paymentIntents.create({
        amount: 5000,
        currency: 'eur',
        allowed_payment_method_types: ['card'],
      })
      const error = await refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: method }))
      expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
      expect(error).toMatchObject({ statusCode: 402, code, decline_code: declineCode })
      expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'requires_payment_method' })

      const failed = await eventOf('payment_intent.payment_failed', intent.id)
      expect(failed.data.object).toMatchObject({ last_payment_error: { code, decline_code: declineCode } })
      const again = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_mastercard' })
      expect(again.status).toBe('succeeded')
    },
  )

  test('a raw test card number behaves as its token does; a wrong number is refused', async () => {
    const card = (number: string) => ({
      payment_method_data: {
        type: 'card' as const,
        card: { number, exp_month: 12, exp_year: 2040, cvc: '123' },
      },
    })
    const intent = () =>
      stripe.paymentIntents.create({ amount: 100, currency: 'usd', allowed_payment_method_types: ['card'] })
    const confirm = async (number: string) =>
      stripe.paymentIntents.confirm((await intent()).id, card(number) as Stripe.PaymentIntentConfirmParams)

    expect((await confirm('4242 4242 4242 4242')).status).toBe('succeeded')
    expect(await refusal(confirm('4000000000009995'))).toMatchObject({ decline_code: 'insufficient_funds' })
    expect(await refusal(confirm('4242424242424241'))).toMatchObject({
      code: 'incorrect_number',
      statusCode: 402,
    })
  })

  test.each([['approve', 'succeeded'], ['decline', 'requires_payment_method']])(
    'a card that needs authentication waits for a person: %s -> %s',
    async (decision, status) => {
      const intent = await pay('pm_card_authenticationRequired', {
        automatic_payment_methods: { enabled: true },
        return_url: 'https://shop.example/back?cart=1',
      })
      expect(intent.status).toBe('requires_action')
      const page = intent.next_action!.redirect_to_url!.url!
      expect(await (await fetch(page)).text()).toContain('42.00 usd')

      const answer = await fetch(page, {
        method: 'POST',
        body: new URLSearchParams({ decision }),
        redirect: 'manual',
      })
      const back = new URL(answer.headers.get('location')!)
      expect(back.origin + back.searchParams.get('cart')).toBe('https://shop.example1')
      expect(back.searchParams.get('redirect_status')).toBe(status === 'succeeded' ? 'succeeded' : 'failed')
      expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status)
      await eventOf('payment_intent.requires_action', intent.id)
    },
  )

  test('the authentication page opens only with the client secret', async () => {
    const intent = await pay('pm_card_threeDSecure2Required', {
      automatic_payment_methods: { enabled: true },
      return_url: 'https://shop.example/',
    })
    const page = new URL(intent.next_action!.redirect_to_url!.url!)
    page.searchParams.set('client_secret', 'guess')
    const answer = await fetch(page, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) })
    expect(answer.status).toBe(404)
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_action')
  })

  test('a succeeded intent is neither confirmed nor canceled again', async () => {
    const intent = await pay('pm_card_visa')
    for (
      const attempt of [
        stripe.paymentIntents.confirm(intent.id, {
          payment_method: 'pm_card_visa',
          return_url: 'https://a.example',
        }),
        stripe.paymentIntents.cancel(intent.id),
      ]
    ) {
      expect(await refusal(attempt)).toMatchObject({
        statusCode: 400,
        code: 'payment_intent_unexpected_state',
      })
    }
  })

  test('manual capture reserves first and takes what is captured', async () => {
    const intent = await pay('pm_card_visa', { capture_method: 'manual' })
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 4200, amount_received: 0 })
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 4000 })
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 4000 })
  })

  test.each([
    [{ currency: 'usd' }, { code: 'parameter_missing', param: 'amount' }],
    [{ amount: 49, currency: 'usd' }, { code: 'amount_too_small' }],
    [{ amount: 49, currency: 'jpy' }, { code: 'amount_too_small' }],
    [{ amount: 10.5, currency: 'usd' }, { code: 'parameter_invalid_integer' }],
    [{ amount: -5, currency: 'usd' }, { code: 'parameter_invalid_integer' }],
    [{ amount: 100_000_000, currency: 'usd' }, { code: 'amount_too_large' }],
    [{ amount: 500, currency: 'zzz' }, { param: 'currency' }],
    [{ amount: 500, currency: 'usd', amonut: 1 }, { code: 'parameter_unknown', param: 'amonut' }],
    [{ amount: 500, currency: 'usd', metadata: { k: 'v'.repeat(501) } }, { param: 'metadata[k]' }],
    [{ amount: 500, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' }, {
      param: 'return_url',
    }],
    [{ amount: 500, currency: 'usd', payment_method: 'pm_none' }, { code: 'resource_missing' }],
  ])('refuses intent %#', async (params, expected) => {
    const error = await refusal(stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams))
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect(error).toMatchObject(expected)
  })

  test('lists newest first, in pages, filtered by creation time, and searches metadata', async () => {
    const made: string[] = []
    for (const index of [0, 1, 2]) {
      made.push(
        (await stripe.paymentIntents.create({ amount: 100 + index, currency: 'usd', metadata: { run: 'L' } }))
          .id,
      )
    }
    const first = await stripe.paymentIntents.list({ limit: 2 })
    expect(first.data.map((intent) => intent.id)).toEqual([made[2], made[1]])
    expect(first.has_more).toBe(true)
    const next = await stripe.paymentIntents.list({ limit: 1, starting_after: made[1]! })
    expect(next.data[0]!.id).toBe(made[0])
    const future = await stripe.paymentIntents.list({ created: { gt: Math.floor(Date.now() / 1000) + 60 } })
    expect(future.data).toEqual([])
    const found = await stripe.paymentIntents.search({
      query: "metadata['run']:'L' AND status:'requires_payment_method'",
    })
    expect(found.data).toHaveLength(3)
  })

  test('expands ids into objects', async () => {
    const intent = await pay('pm_card_visa')
    const expanded = await stripe.paymentIntents.retrieve(intent.id, {
      expand: ['latest_charge', 'payment_method'],
    })
    expect(expanded.latest_charge).toMatchObject({ object: 'charge', paid: true })
    expect(expanded.payment_method).toMatchObject({ object: 'payment_method', card: { last4: '4242' } })
  })

  test('customers and payment methods are kept and attached', async () => {
    const customer = await stripe.customers.create({ email: 'ana@example.com', metadata: { user: '1' } })
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    expect(method.customer).toBe(customer.id)
    const listed = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })
    expect(listed.data.map(({ id }) => id)).toEqual([method.id])
    expect(await stripe.customers.del(customer.id)).toMatchObject({ deleted: true })
    expect(await refusal(stripe.customers.retrieve(customer.id))).toMatchObject({ code: 'resource_missing' })
  })
})

describe('Stripe refunds', () => {
  test('in parts, then the rest; never more than was paid', async () => {
    const intent = await pay('pm_card_visa')
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 1200,
      metadata: { refund_id: 'r' },
    })
    expect(part).toMatchObject({ status: 'succeeded', amount: 1200, metadata: { refund_id: 'r' } })
    const tooMuch = await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 3001 }))
    expect(tooMuch).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' })
    const rest = await stripe.refunds.create({ payment_intent: intent.id })
    expect(rest.amount).toBe(3000)
    const again = await refusal(stripe.refunds.create({ payment_intent: intent.id }))
    expect(again).toMatchObject({ code: 'charge_already_refunded' })
    const listed = await stripe.refunds.list({ payment_intent: intent.id })
    expect(listed.data.map(({ amount }) => amount)).toEqual([3000, 1200])
    await eventOf('refund.created', rest.id)
    await eventOf('charge.refunded', intent.id)
  })

  test('an unpaid intent has nothing to refund', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' })
    expect(await refusal(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
    })
  })

  test('a refund that its bank refuses later is reported as failed', async () => {
    const intent = await pay('pm_card_refundFail')
    const refund = await stripe.refunds.create({ payment_intent: intent.id })
    const event = await eventOf('refund.failed', refund.id)
    expect(event.data.object).toMatchObject({ id: refund.id, status: 'failed' })
  })

  test('a disputed payment raises charge.dispute.created', async () => {
    const intent = await pay('pm_card_visa')
    expect((await control('POST', '/disputes', { payment_intent: intent.id })).status).toBe(200)
    const event = await eventOf('charge.dispute.created', intent.id)
    expect(event.data.object).toMatchObject({ amount: 4200, payment_intent: intent.id })
  })

  test('while a dispute is open nothing is refunded; once it is won everything can be', async () => {
    const intent = await pay('pm_card_visa')
    const { dispute } = await (await control('POST', '/disputes', { payment_intent: intent.id })).json() as {
      dispute: string
    }
    await eventOf('charge.dispute.funds_withdrawn', intent.id)
    expect(await refusal(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    })
    expect(await stripe.disputes.update(dispute, { evidence: { uncategorized_text: 'winning_evidence' } }))
      .toMatchObject({ status: 'won', evidence_details: { submission_count: 1 } })
    await eventOf('charge.dispute.closed', intent.id)
    await eventOf('charge.dispute.funds_reinstated', intent.id)
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 4200 })
  })

  test('what a dispute that was accepted took is refunded by nobody, the rest can be', async () => {
    const intent = await pay('pm_card_visa')
    const { dispute } =
      await (await control('POST', '/disputes', { payment_intent: intent.id, amount: 4000 })).json() as {
        dispute: string
      }
    expect(await stripe.disputes.close(dispute)).toMatchObject({ status: 'lost', amount: 4000 })
    expect(await refusal(stripe.disputes.close(dispute))).toMatchObject({ code: 'dispute_closed' })
    expect(await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 201 })))
      .toMatchObject({ statusCode: 400 })
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 200 })
  })

  test('an inquiry moves no money and forbids nothing', async () => {
    const intent = await pay('pm_card_visa')
    await control('POST', '/disputes', { payment_intent: intent.id, inquiry: true })
    const event = await eventOf('charge.dispute.created', intent.id)
    expect(event.data.object).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true })
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ status: 'succeeded' })
  })
})

/** An account that may be paid, and its bank. */
async function seller(bank = '000111111119'): Promise<string> {
  const { id } = await stripe.accounts.create({
    type: 'express',
    country: 'US',
    email: 'sam@example.com',
    capabilities: { transfers: { requested: true } },
    settings: { payouts: { schedule: { interval: 'manual' } } },
  })
  await control('POST', '/accounts', { account: id, standing: 'enabled', bank })
  return id
}

const balance = async (account?: string) => {
  const { available, pending } = await stripe.balance.retrieve({}, account ? { stripeAccount: account } : {})
  const usd = (entries: Stripe.Balance.Available[]) =>
    entries.find(({ currency }) => currency === 'usd')?.amount ?? 0
  return [usd(available), usd(pending)]
}

/** Moves everything that earlier tests left out of the platform's balance. */
const emptyBalance = async () => {
  await control('POST', '/balances/settle', {})
  await control('POST', '/balances', { currency: 'usd', available: 0 })
}

describe('Stripe Connect', () => {
  test('an account is onboarded on a page that is good once, and told of each time it changes', async () => {
    const made = await stripe.accounts.create({
      type: 'express',
      country: 'DE',
      capabilities: { transfers: { requested: true } },
      metadata: { store: '1' },
    })
    expect(made).toMatchObject({
      default_currency: 'eur',
      details_submitted: false,
      payouts_enabled: false,
      capabilities: { transfers: 'inactive' },
      requirements: { disabled_reason: 'requirements.past_due' },
      metadata: { store: '1' },
    })
    expect(made.requirements!.currently_due).toContain('external_account')
    expect((await eventOf('account.updated', made.id)).account).toBe(made.id)
    const link = await stripe.accountLinks.create({
      account: made.id,
      type: 'account_onboarding',
      return_url: 'https://shop.example/back',
      refresh_url: 'https://shop.example/again',
    })
    const page = await fetch(link.url)
    expect(await page.text()).toContain('Tell everything')
    const again = await fetch(link.url, { redirect: 'manual' })
    expect([again.status, again.headers.get('location')]).toEqual([303, 'https://shop.example/again'])
    received.length = 0
    const told = await fetch(link.url, {
      method: 'POST',
      body: new URLSearchParams({ answer: 'complete', bank: '000123456789' }),
      redirect: 'manual',
    })
    expect([told.status, told.headers.get('location')]).toEqual([303, 'https://shop.example/back'])
    const event = await eventOf('account.updated', made.id)
    expect(event.data.object).toMatchObject({
      details_submitted: true,
      payouts_enabled: true,
      capabilities: { transfers: 'active' },
      requirements: { currently_due: [], disabled_reason: null },
    })
    expect(await stripe.accounts.retrieve(made.id)).toMatchObject({ payouts_enabled: true })
    await stripe.accounts.update(made.id, { metadata: { store: '2' } })
    expect((await stripe.accounts.list()).data[0]).toMatchObject({ id: made.id, metadata: { store: '2' } })
    expect((await fetch(`${sandboxes.url}/connect/onboarding/none`)).status).toBe(404)
  })

  test.each([
    [{ type: 'custom' }, 'type'],
    [{ type: 'express', country: 'XX' }, 'country'],
  ])('an account of %j is refused', async (params, param) => {
    expect(await refusal(stripe.accounts.create(params as Stripe.AccountCreateParams))).toMatchObject({
      statusCode: 400,
      param,
    })
  })

  test('what a payment brought in is pending for two days, less its fee, and then can be moved', async () => {
    await emptyBalance()
    const intent = await pay('pm_card_visa', { amount: 10_000 })
    const charge = await stripe.charges.retrieve(String(intent.latest_charge), {
      expand: ['balance_transaction'],
    })
    expect(charge.balance_transaction).toMatchObject({
      amount: 10_000,
      fee: 320,
      net: 9680,
      status: 'pending',
    })
    expect(await balance()).toEqual([0, 9680])
    await control('POST', '/balances/settle', {})
    expect(await balance()).toEqual([9680, 0])
    await pay('pm_card_bypassPending', { amount: 1000 })
    expect(await balance()).toEqual([9680 + 941, 0])
    await stripe.refunds.create({ payment_intent: intent.id, amount: 680 })
    expect(await balance()).toEqual([9000 + 941, 0])
  })

  test('transfers of one payment are never more than it, and need not wait for it', async () => {
    await emptyBalance()
    const account = await seller()
    const intent = await pay('pm_card_visa', { amount: 10_000, transfer_group: 'checkout-1' })
    const of = { currency: 'usd', destination: account, source_transaction: String(intent.latest_charge) }
    const transfer = await stripe.transfers.create({ ...of, amount: 5400, metadata: { transfer_id: 'a' } })
    expect(transfer).toMatchObject({ amount: 5400, reversed: false, transfer_group: 'checkout-1' })
    expect((await eventOf('transfer.created', transfer.id)).data.object).toMatchObject({ amount: 5400 })
    expect(await balance(account)).toEqual([0, 5400])
    expect(await balance()).toEqual([0, 10_000 - 320 - 5400])
    expect(await refusal(stripe.transfers.create({ ...of, amount: 4601 }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('must not exceed the source amount of 100.00 usd'),
    })
    expect(await refusal(stripe.transfers.create({ ...of, amount: 1, transfer_group: 'other' })))
      .toMatchObject({ param: 'transfer_group' })
    expect(await refusal(stripe.transfers.create({ ...of, amount: 1, currency: 'eur' })))
      .toMatchObject({ param: 'currency' })
    await stripe.transfers.create({ ...of, amount: 4600, transfer_group: 'checkout-1' })
    expect((await stripe.transfers.list({ transfer_group: 'checkout-1' })).data).toHaveLength(2)
    await control('POST', '/balances/settle', {})
    expect(await balance(account)).toEqual([10_000, 0])
    expect(await balance()).toEqual([-320, 0])
  })

  test('a transfer without a payment needs money that can be moved, and an account that may take it', async () => {
    await emptyBalance()
    const account = await seller()
    const of = { amount: 500, currency: 'usd', destination: account }
    await pay('pm_card_visa')
    expect(await refusal(stripe.transfers.create(of))).toMatchObject({ code: 'balance_insufficient' })
    await control('POST', '/balances', { currency: 'usd', available: 500 })
    expect(await stripe.transfers.create(of)).toMatchObject({ source_transaction: null })
    expect(await refusal(stripe.transfers.create(of))).toMatchObject({ code: 'balance_insufficient' })
    await control('POST', '/balances', { currency: 'usd', available: 500 })
    await control('POST', '/accounts', { account, standing: 'restricted' })
    expect(await refusal(stripe.transfers.create(of)))
      .toMatchObject({ code: 'insufficient_capabilities_for_transfer' })
    expect(await refusal(stripe.transfers.create({ ...of, destination: 'acct_none' })))
      .toMatchObject({ code: 'resource_missing', param: 'destination' })
  })

  test('a transfer is reversed in parts, never beyond it, and only while the account has the money', async () => {
    await emptyBalance()
    const account = await seller()
    await control('POST', '/balances', { currency: 'usd', available: 5400 })
    const transfer = await stripe.transfers.create({ amount: 5400, currency: 'usd', destination: account })
    const part = await stripe.transfers.createReversal(transfer.id, {
      amount: 1800,
      metadata: { reversal_id: 'r' },
    })
    expect(part).toMatchObject({ object: 'transfer_reversal', amount: 1800, transfer: transfer.id })
    const event = await eventOf('transfer.reversed', transfer.id)
    expect(event.data.object).toMatchObject({
      amount_reversed: 1800,
      reversals: { data: [{ id: part.id, metadata: { reversal_id: 'r' } }] },
    })
    expect([await balance(), await balance(account)]).toEqual([[1800, 0], [3600, 0]])
    expect(await refusal(stripe.transfers.createReversal(transfer.id, { amount: 3601 })))
      .toMatchObject({ param: 'amount' })
    await control('POST', '/balances', { account, currency: 'usd', available: 3599 })
    expect(await refusal(stripe.transfers.createReversal(transfer.id)))
      .toMatchObject({ code: 'balance_insufficient' })
    await control('POST', '/balances', { account, currency: 'usd', available: 3600 })
    await stripe.transfers.createReversal(transfer.id)
    expect(await refusal(stripe.transfers.createReversal(transfer.id)))
      .toMatchObject({ code: 'transfer_already_reversed' })
    expect((await stripe.transfers.listReversals(transfer.id)).data.map(({ amount }) => amount))
      .toEqual([3600, 1800])
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ reversed: true })
  })

  describe('payouts', () => {
    /** An account with so much to pay out. */
    async function rich(available: number, bank?: string): Promise<string> {
      const account = await seller(bank)
      await control('POST', '/balances', { account, currency: 'usd', available })
      return account
    }
    const payOut = (account: string, amount: number, options: Stripe.RequestOptions = {}) =>
      stripe.payouts.create({ amount, currency: 'usd', metadata: { payout_id: 'p' } }, {
        stripeAccount: account,
        ...options,
      })

    test('take what is there, and are paid a moment later', async () => {
      const account = await rich(900, '000123456789')
      expect(await refusal(payOut(account, 901))).toMatchObject({ code: 'balance_insufficient' })
      const payout = await payOut(account, 900)
      expect(payout).toMatchObject({ status: 'pending', metadata: { payout_id: 'p' } })
      expect(await balance(account)).toEqual([0, 0])
      expect(await eventOf('payout.paid', payout.id)).toMatchObject({
        account,
        data: { object: { amount: 900 } },
      })
      expect((await stripe.payouts.list({ status: 'paid' }, { stripeAccount: account })).data).toHaveLength(1)
      expect((await stripe.payouts.list()).data).toEqual([])
      expect(await refusal(stripe.payouts.retrieve(payout.id))).toMatchObject({ code: 'resource_missing' })
    })

    test('come back from a bank that has no such account', async () => {
      const account = await rich(900, '000111111116')
      const payout = await payOut(account, 900)
      const event = await eventOf('payout.failed', payout.id)
      expect(event.data.object).toMatchObject({
        failure_code: 'no_account',
        failure_message: 'The bank account could not be located.',
      })
      expect(await balance(account)).toEqual([900, 0])
    })

    test('that were paid may still come back, once', async () => {
      const account = await rich(900)
      const { id } = await payOut(account, 900)
      const settle = (failure: string | null) => control('POST', '/payouts', { payout: id, failure })
      expect((await settle(null)).status).toBe(200)
      expect((await settle(null)).status).toBe(400)
      expect((await settle('account_closed')).status).toBe(200)
      expect((await settle('account_closed')).status).toBe(400)
      expect(await stripe.payouts.retrieve(id, {}, { stripeAccount: account }))
        .toMatchObject({ status: 'failed', failure_code: 'account_closed' })
      expect(await balance(account)).toEqual([900, 0])
    })

    test('are canceled while the bank has not got them', async () => {
      const account = await rich(900)
      const { id } = await payOut(account, 400)
      expect(await stripe.payouts.cancel(id, {}, { stripeAccount: account }))
        .toMatchObject({ status: 'canceled' })
      expect(await balance(account)).toEqual([900, 0])
      expect(await refusal(stripe.payouts.cancel(id, {}, { stripeAccount: account })))
        .toMatchObject({ code: 'payout_not_cancelable' })
    })

    test('of an account that may not are refused, and so is an account that nobody knows', async () => {
      const account = await rich(900)
      await control('POST', '/accounts', { account, standing: 'restricted' })
      expect(await refusal(payOut(account, 1))).toMatchObject({ code: 'payouts_not_allowed' })
      expect(await refusal(payOut('acct_none', 1)))
        .toMatchObject({ statusCode: 403, code: 'account_invalid' })
      const served = stripe.transfers.list({}, { stripeAccount: account })
      expect(await refusal(served)).toMatchObject({ statusCode: 501 })
    })

    test('made with one key are one, though the answer was lost; another account is another request', async () => {
      const account = await rich(900)
      await control('POST', '/faults', { match: 'POST /v1/payouts', when: 'after', status: 500 })
      const options = { idempotencyKey: 'payout-1', maxNetworkRetries: 0 }
      expect(await refusal(payOut(account, 500, options))).toMatchObject({ type: 'StripeAPIError' })
      const again = await payOut(account, 500, options)
      expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
      expect(await balance(account)).toEqual([400, 0])
      const other = await rich(900)
      expect(await refusal(payOut(other, 500, options))).toMatchObject({ type: 'StripeIdempotencyError' })
    })
  })

  test('a dispute takes the money and a fee, and gives the money back when it is won', async () => {
    await emptyBalance()
    const intent = await pay('pm_card_bypassPending', { amount: 6000 })
    const left = 6000 - 204
    const opened = await control('POST', '/disputes', { payment_intent: intent.id, amount: 6000 })
    const { dispute } = await opened.json() as { dispute: string }
    expect((await stripe.disputes.retrieve(dispute)).balance_transactions)
      .toMatchObject([{ amount: -6000, fee: 1500, net: -7500 }])
    expect(await balance()).toEqual([left - 7500, 0])
    const evidence = { product_description: 'A vase', shipping_tracking_number: 'T-1' }
    expect(await stripe.disputes.update(dispute, { evidence, submit: false }))
      .toMatchObject({ status: 'needs_response', evidence, evidence_details: { submission_count: 0 } })
    expect(await stripe.disputes.update(dispute, { evidence: { uncategorized_text: 'Delivered on Monday' } }))
      .toMatchObject({ status: 'under_review', evidence })
    const file = await stripe.files.create({
      purpose: 'dispute_evidence',
      file: {
        data: Buffer.from([0x25, 0x50, 0x44, 0x46, 0xff, 0x0d, 0x0a]),
        name: 'slip.pdf',
        type: 'application/pdf',
      },
    })
    expect(await stripe.files.retrieve(file.id)).toMatchObject({ filename: 'slip.pdf', size: 7, type: 'pdf' })
    expect(await stripe.disputes.update(dispute, { evidence: { uncategorized_file: file.id } }))
      .toMatchObject({ evidence: { ...evidence, uncategorized_file: file.id } })
    await control('POST', '/disputes/decide', { dispute, won: true })
    expect(await balance()).toEqual([left - 1500, 0])
    expect((await eventOf('charge.dispute.funds_reinstated', dispute)).data.object).toMatchObject({
      status: 'won',
      balance_transactions: [{ net: -7500 }, { net: 6000 }],
    })
    expect(await refusal(stripe.disputes.update(dispute, { evidence: { x: '1' } as never })))
      .toMatchObject({ code: 'parameter_unknown' })
  })

  test('accounts, transfers and balances are there again after a restart', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'sandbox-')), 'stripe.json')
    const open = () => startSandboxes({ port: 0, host: '127.0.0.1', keys, stripeFile: file })
    const first = await open()
    const mine = client(keys.stripeSecretKey, first.url)
    const { id } = await mine.accounts.create({
      type: 'express',
      capabilities: { transfers: { requested: true } },
    })
    const steer = (path: string, body: unknown) =>
      fetch(`${first.url}/_control${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    await steer('/accounts', { account: id, standing: 'enabled' })
    await steer('/balances', { currency: 'usd', available: 500 })
    const transfer = await mine.transfers.create({ amount: 400, currency: 'usd', destination: id })
    await first.close()
    const second = await open()
    const again = client(keys.stripeSecretKey, second.url)
    expect(await again.transfers.retrieve(transfer.id)).toMatchObject({ amount: 400, destination: id })
    expect((await again.balance.retrieve({}, { stripeAccount: id })).available)
      .toMatchObject([{ amount: 400, currency: 'usd' }])
    await second.close()
  })
})

describe('Stripe bank debits', () => {
  const debit = (account: string) =>
    stripe.paymentIntents.create({
      amount: 4200,
      currency: 'usd',
      confirm: true,
      payment_method: `pm_usBankAccount_${account}`,
      return_url: 'http://127.0.0.1:3000/paid',
    })

  test('are processing first and succeed later', async () => {
    const intent = await debit('success')
    expect(intent).toMatchObject({ status: 'processing', amount_received: 0 })
    expect(await refusal(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    await eventOf('payment_intent.processing', intent.id)
    const event = await eventOf('payment_intent.succeeded', intent.id)
    expect(event.data.object).toMatchObject({ status: 'succeeded', amount_received: 4200 })
  })

  test('of an empty account fail later, and another way to pay may be tried', async () => {
    const intent = await debit('insufficientFunds')
    const event = await eventOf('payment_intent.payment_failed', intent.id)
    expect(event.data.object).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    })
    const again = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: 'http://127.0.0.1:3000/paid',
    })
    expect(again.status).toBe('succeeded')
  })

  test('wait as long as a test wants them to', async () => {
    const intent = await debit('processing')
    expect((await control('POST', '/debits', { payment_intent: intent.id, succeeds: true })).status).toBe(200)
    await eventOf('payment_intent.succeeded', intent.id)
    expect((await control('POST', '/debits', { payment_intent: intent.id, succeeds: true })).status).toBe(400)
  })

  test('take the currency of their accounts only', async () => {
    const refused = await refusal(stripe.paymentIntents.create({
      amount: 4200,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_usBankAccount_success',
      return_url: 'http://127.0.0.1:3000/paid',
    }))
    expect(refused).toMatchObject({ statusCode: 400, param: 'payment_method' })
  })
})

describe('Stripe idempotency keys', () => {
  const params = { amount: 700, currency: 'usd' }

  test('the same key gives the same answer, marked as replayed', async () => {
    const first = await stripe.paymentIntents.create(params, { idempotencyKey: 'same' })
    const second = await stripe.paymentIntents.create(params, { idempotencyKey: 'same' })
    expect(second.id).toBe(first.id)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
  })

  test('a decline is replayed, not tried again', async () => {
    const declined = { ...params, payment_method: 'pm_card_chargeDeclined', confirm: true } as const
    const automatic = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const } }
    const twice = async () =>
      await refusal(
        stripe.paymentIntents.create({ ...declined, ...automatic }, { idempotencyKey: 'decline' }),
      )
    const [first, second] = [await twice(), await twice()]
    expect(first.payment_intent?.id).toBe(second.payment_intent?.id)
    expect((await refusal(pay('pm_card_chargeDeclined'))).payment_intent?.id).not.toBe(
      first.payment_intent?.id,
    )
  })

  test('other parameters under a used key are refused', async () => {
    await stripe.paymentIntents.create(params, { idempotencyKey: 'reused' })
    const error = await refusal(
      stripe.paymentIntents.create({ ...params, amount: 701 }, { idempotencyKey: 'reused' }),
    )
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
    expect(error.statusCode).toBe(400)
  })

  test('a request that failed validation leaves its key free', async () => {
    await refusal(stripe.paymentIntents.create({ ...params, currency: 'zzz' }, { idempotencyKey: 'invalid' }))
    const intent = await stripe.paymentIntents.create(params, { idempotencyKey: 'invalid' })
    expect(intent.amount).toBe(700)
  })

  test('a second request while the first runs gets 409, and the first one result stands', async () => {
    await control('POST', '/faults', { match: 'POST /v1/payment_intents', when: 'slow', delay_ms: 300 })
    const first = stripe.paymentIntents.create(params, { idempotencyKey: 'flight' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const error = await refusal(stripe.paymentIntents.create(params, { idempotencyKey: 'flight' }))
    expect(error).toMatchObject({ statusCode: 409 })
    const after = await first
    expect((await stripe.paymentIntents.create(params, { idempotencyKey: 'flight' })).id).toBe(after.id)
  })

  test('a 500 is replayed once execution began; an answer that was lost is found again under its key', async () => {
    await control('POST', '/faults', { match: 'POST /v1/payment_intents', when: 'instead' })
    for (const _ of [1, 2]) {
      const error = await refusal(stripe.paymentIntents.create(params, { idempotencyKey: 'boom' }))
      expect(error).toMatchObject({ statusCode: 500 })
    }
    // The connection breaks after the work is done; the SDK asks once more by itself, under the same key.
    await control('POST', '/faults', { match: 'POST /v1/payment_intents', when: 'after', status: null })
    const lost = { ...params, metadata: { lost: 'yes' } }
    const intent = await stripe.paymentIntents.create(lost, { idempotencyKey: 'lost' })
    const made = await stripe.paymentIntents.search({ query: "metadata['lost']:'yes'" })
    expect(made.data.map(({ id }) => id)).toEqual([intent.id])
  })

  test('a forgotten key is a new request', async () => {
    const first = await stripe.paymentIntents.create(params, { idempotencyKey: 'day' })
    await control('POST', '/idempotency-keys/expire', {})
    const second = await stripe.paymentIntents.create(params, { idempotencyKey: 'day' })
    expect(second.id).not.toBe(first.id)
  })

  test('a key of 256 characters is refused', async () => {
    const error = await refusal(stripe.paymentIntents.create(params, { idempotencyKey: 'k'.repeat(256) }))
    expect(error.statusCode).toBe(400)
  })
})

describe('Stripe webhooks', () => {
  test('are tried again until accepted, each time signed anew', async () => {
    answers.push(500, 500)
    const intent = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' })
    await expect.poll(() => received.length, { timeout: 5000 }).toBe(3)
    for (const delivery of received) {
      const signature = String(delivery.headers['stripe-signature'])
      const event = stripe.webhooks.constructEvent(delivery.body, signature, keys.stripeWebhookSecret)
      expect((event.data.object as Stripe.PaymentIntent).id).toBe(intent.id)
    }
    expect(new Set(events().map((event) => event.id)).size).toBe(1)
  })

  test('can be duplicated, held and released in reverse, dropped and sent again', async () => {
    await control('PUT', '/webhooks', { mode: 'deliver', duplicates: 2 })
    await stripe.paymentIntents.create({ amount: 901, currency: 'usd' })
    await expect.poll(() => received.length).toBe(3)

    received.length = 0
    await control('PUT', '/webhooks', { mode: 'hold' })
    await pay('pm_card_visa')
    const released = await control('POST', '/webhooks/release', { reversed: true })
    expect(await released.json()).toEqual({ released: 3 })
    await expect.poll(() => events().map((event) => event.type).toSorted()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ])

    received.length = 0
    await control('PUT', '/webhooks', { mode: 'drop' })
    await pay('pm_card_visa')
    const [event] = (await stripe.events.list({ type: 'payment_intent.succeeded', limit: 1 })).data
    await control('POST', '/webhooks/resend', { event: event!.id })
    await expect.poll(() => events().map(({ id }) => id)).toEqual([event!.id])
  })
})

describe('the Stripe API as such', () => {
  test('refuses a wrong or missing key', async () => {
    const error = await refusal(client('sk_test_wrong').balance.retrieve())
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect((await fetch(`${sandboxes.url}/v1/balance`)).status).toBe(401)
  })

  test.each([
    ['POST', '/v1/subscriptions', '', 501],
    ['GET', '/v1/payment_intents/pi_none', '', 404],
    ['POST', '/v1/payment_intents', 'amount[=1', 400],
    ['POST', '/v1/payment_intents', 'amount=1&amount[a]=2', 400],
    ['POST', '/v1/payment_intents', '__proto__[x]=1', 400],
    ['POST', '/v1/payment_intents', `a=${'x'.repeat(1024 * 1024)}`, 413],
    ['GET', '/v1/payment_intents/%E0%A4%A', '', 404],
  ])('%s %s with body %# is answered with an error', async (method, path, body, status) => {
    const response = await fetch(`${sandboxes.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${keys.stripeSecretKey}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(method === 'POST' ? { body } : {}),
    })
    expect(response.status).toBe(status)
    expect(await response.json()).toHaveProperty('error.message')
  })
})

describe('Twilio', () => {
  const send = (form: Record<string, string>, token = keys.twilioAuthToken) =>
    fetch(`${sandboxes.url}/2010-04-01/Accounts/${keys.twilioAccountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${keys.twilioAccountSid}:${token}`)}` },
      body: new URLSearchParams(form),
    })

  test('a text is accepted and stands in the inbox', async () => {
    const response = await send({ To: '+919876543210', From: '+15005550006', Body: 'Your code is 123456' })
    expect(response.status).toBe(201)
    const message = await response.json() as Record<string, unknown>
    expect(message).toMatchObject({
      status: 'queued',
      to: '+919876543210',
      num_segments: '1',
      error_code: null,
    })
    expect(message['sid']).toMatch(/^SM[0-9a-f]{32}$/)
    const inbox = await (await fetch(`${sandboxes.url}/messages?to=919876543210&channel=sms`)).json()
    expect(inbox).toMatchObject([{ channel: 'sms', to: '+919876543210', text: 'Your code is 123456' }])
  })

  test.each<[Record<string, string>, number]>([
    [{ From: '+15005550006', Body: 'x' }, 21604],
    [{ To: '+919876543210', Body: 'x' }, 21603],
    [{ To: '+919876543210', From: '+15005550006' }, 21602],
    [{ To: '12', From: '+15005550006', Body: 'x' }, 21211],
    [{ To: '+15005550001', From: '+15005550006', Body: 'x' }, 21211],
    [{ To: '+15005550009', From: '+15005550006', Body: 'x' }, 21614],
    [{ To: '+919876543210', From: '+15005550006', Body: 'x'.repeat(1601) }, 21617],
  ])('refuses form %#', async (form, code) => {
    const response = await send(form)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code, status: 400 })
    expect(await (await fetch(`${sandboxes.url}/messages`)).json()).toEqual([])
  })

  test('refuses a wrong token', async () => {
    const response = await send({ To: '+919876543210', From: '+15005550006', Body: 'x' }, 'wrong')
    expect([response.status, await response.json()]).toMatchObject([401, { code: 20003 }])
  })
})

describe('Resend', () => {
  const send = (body: unknown, headers: Record<string, string> = {}, path = '/emails') =>
    fetch(`${sandboxes.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keys.resendApiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    })
  const mail = {
    from: 'Shop <shop@example.com>',
    to: 'ana@example.com',
    subject: 'Hello',
    html: '<p>Hi &amp; bye</p>',
  }

  test('a mail is accepted and stands in the inbox, with its words as text', async () => {
    const response = await send(mail)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ id: expect.any(String) })
    const inbox = await (await fetch(`${sandboxes.url}/messages?to=ANA@example.com`)).json()
    expect(inbox).toMatchObject([{ channel: 'email', subject: 'Hello', html: mail.html, text: 'Hi & bye' }])
  })

  test('one key sends once; another mail under it is refused', async () => {
    const [first, second] = [
      await send(mail, { 'idempotency-key': 'k' }),
      await send(mail, { 'idempotency-key': 'k' }),
    ]
    expect(await second.json()).toEqual(await first.json())
    const other = await send({ ...mail, subject: 'Other' }, { 'idempotency-key': 'k' })
    expect([other.status, await other.json()]).toMatchObject([409, { name: 'invalid_idempotent_request' }])
    expect(await (await fetch(`${sandboxes.url}/messages`)).json()).toHaveLength(1)
  })

  test('a batch gives one id each', async () => {
    const response = await send([mail, { ...mail, to: ['bo@example.com'] }], {}, '/emails/batch')
    expect((await response.json() as { data: unknown[] }).data).toHaveLength(2)
  })

  test.each([
    [{ ...mail, to: undefined }, 422, 'missing_required_field'],
    [{ ...mail, html: undefined }, 422, 'missing_required_field'],
    [{ ...mail, from: 'nobody' }, 422, 'validation_error'],
    [{ ...mail, to: ['a@example.com\r\nBcc: b@example.com'] }, 422, 'validation_error'],
    [{ ...mail, subject: 'a\r\nBcc: b@example.com' }, 422, 'validation_error'],
    [{ ...mail, to: Array.from({ length: 51 }, () => 'a@example.com') }, 422, 'validation_error'],
    [null, 422, 'validation_error'],
  ])('refuses mail %#', async (body, status, name) => {
    const response = await send(body)
    expect([response.status, await response.json()]).toMatchObject([status, { statusCode: status, name }])
  })

  test('refuses a missing and a wrong key', async () => {
    expect((await send(mail, { authorization: '' })).status).toBe(401)
    expect((await send(mail, { authorization: 'Bearer re_wrong' })).status).toBe(403)
  })

  test('an outage that was asked for ends by itself', async () => {
    await control('POST', '/faults', { match: 'POST /emails', times: 2, status: 503 })
    expect([(await send(mail)).status, (await send(mail)).status, (await send(mail)).status]).toEqual([
      503,
      503,
      200,
    ])
  })
})

describe('Web Push', () => {
  interface Browser {
    endpoint: string
    keys: { p256dh: string; auth: string }
  }
  const subscribe = async () =>
    await (await fetch(`${sandboxes.url}/push/subscriptions`, { method: 'POST' })).json() as Browser
  /** A message as an application server makes it, by the library that most of them use. */
  const messageFor = (
    { endpoint, keys: browserKeys }: Browser,
    { text = '{"title":"Hello"}', signer = keys, subject = 'mailto:push@example.com' } = {},
  ) => {
    const { headers, body } = webpush.generateRequestDetails({ endpoint, keys: browserKeys }, text, {
      vapidDetails: { subject, publicKey: signer.vapidPublicKey, privateKey: signer.vapidPrivateKey },
      topic: 'topic-1',
    })
    return { headers: headers as Record<string, string>, body: new Uint8Array(body!) }
  }
  const push = async (
    endpoint: string,
    message: { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> },
  ) => await fetch(`${sandboxes.url}/push/${encodeURIComponent(endpoint)}`, { method: 'POST', ...message })
  const inbox = async () => await (await fetch(`${sandboxes.url}/messages?channel=push`)).json() as Message[]

  test('what was pushed to a browser is decrypted with its key and shown in the inbox', async () => {
    const browser = await subscribe()
    const response = await push(
      browser.endpoint,
      messageFor(browser, { text: '{"title":"Hallo","body":"Größe 2"}' }),
    )
    expect([response.status, response.headers.get('location')]).toEqual([
      201,
      expect.stringMatching(/^https:/),
    ])
    expect(await inbox()).toMatchObject([{
      channel: 'push',
      to: browser.endpoint,
      subject: 'Hallo',
      text: '{"title":"Hallo","body":"Größe 2"}',
      headers: { topic: 'topic-1', ttl: '2419200', urgency: 'normal' },
    }])
  })

  test('a message for a real browser is taken and cannot be read', async () => {
    const browser = await subscribe()
    const real = { ...browser, endpoint: 'https://fcm.googleapis.com/fcm/send/abc' }
    expect((await push(real.endpoint, messageFor(real))).status).toBe(201)
    expect(await inbox()).toMatchObject([{ subject: 'Encrypted for a browser', text: null }])
  })

  test('a browser that ended its subscription is gone', async () => {
    const browser = await subscribe()
    await fetch(`${sandboxes.url}/push/subscriptions`, {
      method: 'DELETE',
      body: JSON.stringify({ endpoint: browser.endpoint }),
    })
    expect((await push(browser.endpoint, messageFor(browser))).status).toBe(410)
    expect(await inbox()).toEqual([])
  })

  test('a message that was not signed as it must be is refused', async () => {
    const [browser, other] = [await subscribe(), await subscribe()]
    const message = messageFor(browser)
    const altered = (headers: Record<string, string | undefined>) => ({
      body: message.body,
      headers: Object.fromEntries(
        Object.entries({ ...message.headers, ...headers }).filter(([, value]) => value !== undefined),
      ) as Record<string, string>,
    })
    const stranger = messageFor(browser, { signer: await generateKeys() })
    // The token of one push service is no use at another.
    const elsewhere = messageFor({ ...browser, endpoint: 'https://fcm.googleapis.com/fcm/send/abc' })
    const statuses = []
    for (
      const one of [
        altered({ Authorization: undefined }),
        stranger,
        elsewhere,
        altered({
          Authorization: message.headers['Authorization']!.replace(/, ?k=.*/, `,k=${keys.vapidPublicKey}x`),
        }),
        altered({ TTL: undefined }),
        altered({ 'Content-Encoding': 'aesgcm' }),
        { ...messageFor(other), headers: message.headers },
      ]
    ) statuses.push((await push(browser.endpoint, one)).status)
    expect(statuses).toEqual([401, 403, 403, 403, 400, 400, 400])
    expect(await inbox()).toEqual([])
  })

  test('a message that no push service would take is refused', async () => {
    const browser = await subscribe()
    expect((await push(browser.endpoint, messageFor(browser, { text: 'x'.repeat(4000) }))).status).toBe(413)
    for (const endpoint of ['nothing', 'http://127.0.0.1/', '%']) {
      expect((await push(endpoint, messageFor(browser))).status).toBe(404)
    }
  })
})

describe('the inbox', () => {
  test('shows mail of the platform itself, newest first, and forgets on request', async () => {
    const mail = { from: 'a@example.com', subject: 'One', html: '<b>x</b>' }
    await sandboxes.sendMail({ ...mail, to: 'bo@example.com' })
    await sandboxes.sendMail({ ...mail, to: 'bo@example.com', subject: 'Two' })
    const read = async (query: string) =>
      await (await fetch(`${sandboxes.url}/messages${query}`)).json() as { subject: string }[]
    expect((await read('?to=bo@example.com')).map(({ subject }) => subject)).toEqual(['Two', 'One'])
    expect(await read('?limit=1')).toHaveLength(1)
    expect((await fetch(`${sandboxes.url}/messages`, { method: 'DELETE' })).status).toBe(204)
    expect(await read('')).toEqual([])
  })

  test('streams each new message to an open page', async () => {
    const stream = await fetch(`${sandboxes.url}/messages/stream`)
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    await sandboxes.sendMail({ from: 'a@example.com', to: 'live@example.com', subject: 'Live', html: 'x' })
    let text = ''
    for await (
      const chunk of stream.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>
    ) {
      text += chunk
      if (text.includes('live@example.com')) break
    }
    expect(text).toContain('event: message')
  })

  test.each([['?channel=fax', 400], ['?limit=0', 400], ['/none', 404]])(
    'answers %s with %d',
    async (query, status) => {
      expect((await fetch(`${sandboxes.url}/messages${query}`)).status).toBe(status)
    },
  )

  test('the page is served and may not be framed', async () => {
    const response = await fetch(sandboxes.url)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('x-frame-options')).toBe('DENY')
  })

  test('controls want JSON and say what is wrong', async () => {
    expect((await control('POST', '/faults', { match: 'nonsense' })).status).toBe(400)
    expect((await control('POST', '/nothing', {})).status).toBe(400)
    expect((await fetch(`${sandboxes.url}/_control/faults`, { method: 'POST', body: '{}' })).status).toBe(400)
  })
})

describe('between runs', () => {
  test('payments are kept, and events that did not arrive are delivered', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandboxes-'))
    const stripeFile = join(directory, 'stripe.json')
    const run = async (webhookUrl?: string) => {
      const running = await startSandboxes({ port: 0, host: '127.0.0.1', keys, stripeFile, webhookUrl })
      return { running, api: client(keys.stripeSecretKey, running.url) }
    }
    try {
      const first = await run('http://127.0.0.1:1/nobody')
      const intent = await first.api.paymentIntents.create({
        amount: 4200,
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: true,
        return_url: 'https://shop.example',
      })
      await first.running.close()

      const second = await run(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`)
      await eventOf('payment_intent.succeeded', intent.id)
      const refund = await second.api.refunds.create({ payment_intent: intent.id, amount: 1000 })
      await eventOf('refund.created', refund.id)
      await second.running.close()

      received.length = 0
      const third = await run(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`)
      expect(await third.api.refunds.list({ payment_intent: intent.id })).toMatchObject({
        data: [{ amount: 1000 }],
      })
      await third.running.close()
      expect(events().filter((event) => event.type === 'payment_intent.succeeded')).toEqual([])

      await writeFile(stripeFile, '{"half')
      await expect(run()).rejects.toThrow('remove it to start without any')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
