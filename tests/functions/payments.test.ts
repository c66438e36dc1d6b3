import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../functions/_shared/problem.ts'
import { createHandler } from '../../functions/payments/handler.ts'
import { isShopAddress } from '../../functions/_shared/site.ts'
import { answerOf, type Answers, post, sqlOf, useOutside } from './support.ts'

const CHECKOUT = '0198f000-0000-7000-8000-00000000c0de'
const REFUND = '0198f000-0000-7000-8000-0000000000bb'
const SITE = 'https://shop.example'

const outside = await useOutside()
/** What the database would know of the payment; `attach_payment_intent` and `apply_payment_event` change it. */
let payment: Record<string, unknown>

afterEach(() => {
  vi.restoreAllMocks()
})
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  payment = {
    payment_id: crypto.randomUUID(),
    checkout_id: crypto.randomUUID(),
    attempt: 1,
    amount: 4200,
    currency: 'INR',
    status: 'pending',
    provider_intent_id: null,
    receipt_email: null,
    description: 'Orders of a test',
  }
})

function build(answers: Answers = {}) {
  const user = sqlOf({ prepare_payment: () => ({ ...payment }), ...answers })
  const service = sqlOf({
    attach_payment_intent: (args: { provider_intent_id: string }) => {
      payment['provider_intent_id'] = args.provider_intent_id
      return { payment_id: payment['payment_id'], provider_intent_id: args.provider_intent_id }
    },
    apply_payment_event: () => {
      Object.assign(payment, { attempt: 2, provider_intent_id: null })
      return { outcome: 'applied', refund_ids: [] }
    },
    attach_refund: (args: { status: string }) => ({ refund_id: REFUND, status: args.status }),
    ...answers,
  })
  const handler = createHandler({
    asUser: user.sql,
    asService: service.sql,
    stripe: outside.stripe,
    sites: { url: SITE, others: ['https://other.example'] },
  })
  const pay = (body: object = {}) =>
    handler(post('/payments/intents', { checkout_id: CHECKOUT, ...body })).then(answerOf)
  return { handler, pay, user, service }
}

const intentsMade = async () =>
  (await outside.stripe.paymentIntents.search({ query: `metadata['payment_id']:'${payment['payment_id']}'` }))
    .data

describe('paying a checkout', () => {
  test('paying charges what the database says, once, and names the payment in the intent', async () => {
    const { pay, user } = build()
    const [status, body] = await pay({ payment_method: 'pm_card_visa' })
    expect([status, body]).toMatchObject([200, { payment_id: payment['payment_id'], status: 'succeeded' }])
    expect(user.calls).toEqual([{ name: 'prepare_payment', args: { checkout_id: CHECKOUT } }])
    expect(await intentsMade()).toMatchObject([{
      amount: 4200,
      currency: 'inr',
      status: 'succeeded',
      metadata: { checkout_id: payment['checkout_id'], payment_id: payment['payment_id'] },
    }])
  })

  test('paying without a card gives the client what it needs to confirm by itself', async () => {
    const [status, body] = await build().pay()
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'requires_payment_method', next_action: null })
    expect(body).toHaveProperty('client_secret', expect.stringContaining('_secret_'))
  })

  test('a declined card is a 402 that says why, and another card pays the same intent', async () => {
    const { pay } = build()
    const [status, body] = await pay({ payment_method: 'pm_card_chargeDeclinedInsufficientFunds' })
    expect([status, body]).toEqual([402, {
      code: 'card_declined',
      message: 'Your card has insufficient funds.',
      reason: 'insufficient_funds',
    }])
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([200, { status: 'succeeded' }])
    expect(await intentsMade()).toHaveLength(1)
  })

  test('the same card may be tried again after a decline', async () => {
    const { pay } = build()
    for (const _ of [1, 2]) expect((await pay({ payment_method: 'pm_card_chargeDeclined' }))[0]).toBe(402)
    const [intent] = await intentsMade()
    const charges = await outside.stripe.charges.list({ payment_intent: intent!.id })
    expect(charges.data).toHaveLength(2)
  })

  test('a card that needs authentication sends the customer to her bank and back to the shop', async () => {
    const { pay } = build()
    const [, body] = await pay({
      payment_method: 'pm_card_authenticationRequired',
      return_url: `${SITE}/thanks`,
    })
    expect(body).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: `${SITE}/thanks` } },
    })
    const [, defaulted] = await pay({ payment_method: 'pm_card_authenticationRequired' })
    expect(defaulted).toMatchObject({
      next_action: { redirect_to_url: { return_url: `${SITE}/checkouts/${CHECKOUT}` } },
    })
  })

  test('paying twice answers the first payment', async () => {
    const { pay } = build()
    await pay({ payment_method: 'pm_card_visa' })
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([200, { status: 'succeeded' }])
    expect(await intentsMade()).toHaveLength(1)
  })

  test('ten requests at once make one intent and one charge', async () => {
    const { pay } = build()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => pay({ payment_method: 'pm_card_visa' })),
    )
    expect(answers.map(([status]) => status).every((status) => status === 200 || status === 503)).toBe(true)
    expect(answers.some(([, body]) => (body as { status?: string }).status === 'succeeded')).toBe(true)
    const made = await intentsMade()
    expect(made).toHaveLength(1)
    expect((await outside.stripe.charges.list({ payment_intent: made[0]!.id })).data).toHaveLength(1)
  })

  test('an intent that was canceled at the provider is replaced', async () => {
    const { pay, service } = build()
    await pay()
    const [first] = await intentsMade()
    await outside.stripe.paymentIntents.cancel(first!.id)
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([200, { status: 'succeeded' }])
    expect(service.called('apply_payment_event')[0]!.args).toMatchObject({
      event_id: `check_${first!.id}_canceled`,
      fact: { kind: 'intent', status: 'canceled', intent_id: first!.id },
    })
    expect(await intentsMade()).toHaveLength(2)
  })

  test.each([
    [401, 'not_signed_in'],
    [404, 'checkout_not_found'],
    [409, 'checkout_not_payable'],
  ])('a refusal of the database passes through: %d %s', async (status, code) => {
    const { pay } = build({ prepare_payment: new Problem(status, code, 'A sentence.') })
    expect(await pay({ payment_method: 'pm_card_visa' })).toEqual([status, { code, message: 'A sentence.' }])
    expect(await intentsMade()).toEqual([])
  })

  test('an intent that cannot be written down is not paid', async () => {
    const { pay } = build({ attach_payment_intent: new Error('the database is gone') })
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([500, { code: 'internal_error' }])
    expect(await intentsMade()).toMatchObject([{ status: 'requires_payment_method' }])
  })

  test('asking again after a crash takes up the intent that was made', async () => {
    let fail = true
    const { pay } = build({
      attach_payment_intent: (args: { provider_intent_id: string }) => {
        if (fail) return new Error('killed')
        payment['provider_intent_id'] = args.provider_intent_id
        return args
      },
    })
    await pay({ payment_method: 'pm_card_visa' })
    fail = false
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([200, { status: 'succeeded' }])
    expect(await intentsMade()).toHaveLength(1)
  })

  test('an intent over another amount is never confirmed', async () => {
    const { pay } = build()
    await pay()
    payment['amount'] = 1
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([500, { code: 'internal_error' }])
    expect(await intentsMade()).toMatchObject([{ status: 'requires_payment_method' }])
  })
})

describe('when the provider fails', () => {
  test('a failure that the provider remembers under our key does not block the payment', async () => {
    await outside.control('POST', '/faults', {
      match: 'POST /v1/payment_intents',
      when: 'instead',
      status: 500,
    })
    expect(await build().pay({ payment_method: 'pm_card_visa' })).toMatchObject([200, {
      status: 'succeeded',
    }])
  })

  test('an answer lost after the charge is found when asked again', async () => {
    const { pay } = build()
    await pay()
    const [intent] = await intentsMade()
    await outside.control('POST', '/faults', {
      match: `POST /v1/payment_intents/${intent!.id}/confirm`,
      when: 'after',
      status: null,
    })
    const [first] = await pay({ payment_method: 'pm_card_visa' })
    expect([200, 503]).toContain(first)
    expect(await pay({ payment_method: 'pm_card_visa' })).toMatchObject([200, { status: 'succeeded' }])
    expect((await outside.stripe.charges.list({ payment_intent: intent!.id })).data).toHaveLength(1)
  })

  test('an outage is a 503, not a 500', async () => {
    const { pay } = build()
    await outside.control('POST', '/faults', { match: 'POST /v1/payment_intents', status: null, times: 9 })
    expect(await pay()).toMatchObject([503, { code: 'payment_provider_unavailable' }])
  })
})

describe('where a bank may send the customer back to', () => {
  const site = (url: string) => ({ url, others: ['https://other.example'] })

  test.each([
    ['https://shop.example/paid', true],
    ['https://other.example/paid', true],
    ['https://shop.example:8443/paid', false],
    ['http://shop.example/paid', false],
    ['http://localhost:3000/paid', false],
    ['https://other.example.evil.example/', false],
    ['ftp://shop.example/', false],
  ])('of a shop on the internet: %s is %s', (address, allowed) => {
    expect(isShopAddress(new URL(address), site('https://shop.example'))).toBe(allowed)
  })

  test.each([
    ['http://127.0.0.1:5173/paid', true],
    ['http://localhost:3000/paid', true],
    ['http://[::1]:8080/', true],
    ['http://2130706433:3000/', true],
    ['http://localhost.evil.example/', false],
    ['http://192.168.1.7:3000/', false],
  ])('of a shop on this machine: %s is %s', (address, allowed) => {
    expect(isShopAddress(new URL(address), site('http://127.0.0.1:3000'))).toBe(allowed)
  })
})

describe('what is refused', () => {
  test.each([
    [{}, 422, 'invalid_request'],
    [{ checkout_id: 'x' }, 422, 'invalid_request'],
    [{ checkout_id: CHECKOUT, amount: 1 }, 422, 'invalid_request'],
    [{ checkout_id: CHECKOUT, payment_method: '4242424242424242' }, 422, 'invalid_request'],
    [{ checkout_id: CHECKOUT, payment_method: 'pm_a/../../refunds' }, 422, 'invalid_request'],
    [{ checkout_id: CHECKOUT, payment_method: 'pm_nobody' }, 422, 'payment_method_unknown'],
    [{ checkout_id: CHECKOUT, return_url: 'javascript:alert(1)' }, 422, 'invalid_request'],
    [{ checkout_id: CHECKOUT, return_url: 'https://evil.example' }, 422, 'return_url_not_allowed'],
    [
      { checkout_id: CHECKOUT, return_url: 'https://shop.example@evil.example/' },
      422,
      'return_url_not_allowed',
    ],
    ['{', 400, 'invalid_json'],
    ['null', 422, 'invalid_request'],
    ['x'.repeat(70_000), 413, 'body_too_large'],
  ])('body %#', async (body, status, code) => {
    const response = await build().handler(post('/payments/intents', body))
    expect(await answerOf(response)).toMatchObject([status, { code }])
  })

  test('another method or another route is refused', async () => {
    const { handler } = build()
    const get = await handler(new Request('http://functions/payments/intents'))
    expect(await answerOf(get)).toMatchObject([405, { code: 'method_not_allowed' }])
    expect(await answerOf(await handler(post('/payments/', {})))).toMatchObject([404, {
      code: 'route_not_found',
    }])
  })
})

describe('refunds', () => {
  /** A paid intent, and a refund of part of it as the database would describe it. */
  async function paid(status = 'pending') {
    const intent = await outside.stripe.paymentIntents.create({
      amount: 4200,
      currency: 'inr',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: SITE,
    })
    const prepared = {
      refund_id: crypto.randomUUID(),
      amount: 1200,
      currency: 'INR',
      status,
      provider_intent_id: intent.id,
      provider_refund_id: null,
    }
    return { intent, prepared }
  }
  const refund = (handler: (req: Request) => Promise<Response>) =>
    handler(post('/payments/refunds', { refund_id: REFUND })).then(answerOf)

  test('a refund issues what the database approved, once', async () => {
    const { intent, prepared } = await paid()
    const { handler, service } = build({ prepare_refund: prepared })
    expect(await refund(handler)).toEqual([200, { refund_id: REFUND, status: 'succeeded' }])
    expect(service.called('attach_refund')[0]!.args).toMatchObject({
      refund_id: prepared.refund_id,
      status: 'succeeded',
      failure: null,
    })
    // As if attaching had been lost, and the provider had forgotten the key since.
    await outside.control('POST', '/idempotency-keys/expire', {})
    await refund(handler)
    const made = (await outside.stripe.refunds.list({ payment_intent: intent.id })).data
    expect(made).toMatchObject([{ amount: 1200, metadata: { refund_id: prepared.refund_id } }])
  })

  test('a refund that was issued before is only reported', async () => {
    const { intent, prepared } = await paid('succeeded')
    expect(await refund(build({ prepare_refund: prepared }).handler)).toMatchObject([200, {
      status: 'succeeded',
    }])
    expect((await outside.stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([])
  })

  test('a refund carries a key of its own, so that a request made twice is one refund', async () => {
    const { prepared } = await paid()
    const create = vi.spyOn(outside.stripe.refunds, 'create')
    await refund(build({ prepare_refund: prepared }).handler)
    expect(create.mock.calls[0]![1]).toEqual({ idempotencyKey: `refund-${prepared.refund_id}-1200` })
    create.mockRestore()
  })

  test('a refund of the dashboard that was faster is taken over, and what is left is issued', async () => {
    const { intent, prepared } = await paid()
    const elsewhere = await outside.stripe.refunds.create({ payment_intent: intent.id, amount: 3500 })
    const { handler, service } = build({
      prepare_refund: prepared,
      prepare_refund_for_job: { ...prepared, amount: 700 },
    })
    expect(await refund(handler)).toMatchObject([200, { status: 'succeeded' }])
    expect(service.called('apply_payment_event').map(({ args }) => args)).toMatchObject([{
      event_id: `check_${elsewhere.id}_succeeded`,
      fact: { kind: 'refund', provider_refund_id: elsewhere.id, refund_id: null, amount: 3500 },
    }])
    const made = (await outside.stripe.refunds.list({ payment_intent: intent.id })).data
    expect(made.map(({ amount }) => amount)).toEqual([700, 3500])
  })

  test('no refund is issued where the dashboard gave everything back', async () => {
    const { intent, prepared } = await paid()
    await outside.stripe.refunds.create({ payment_intent: intent.id })
    const { handler, service } = build({
      prepare_refund: prepared,
      prepare_refund_for_job: { ...prepared, status: 'failed' },
    })
    expect(await refund(handler)).toMatchObject([200, { status: 'failed' }])
    expect(service.called('attach_refund')).toEqual([])
  })

  test('a refund of a disputed payment waits, and nothing is written down', async () => {
    const { intent, prepared } = await paid()
    await outside.control('POST', '/disputes', { payment_intent: intent.id })
    const { handler, service } = build({ prepare_refund: prepared })
    expect(await refund(handler)).toMatchObject([409, { code: 'payment_disputed' }])
    expect(service.called('attach_refund')).toEqual([])
  })

  test('a refund that the provider refuses is written down as failed', async () => {
    const { intent, prepared } = await paid()
    await outside.stripe.refunds.create({ payment_intent: intent.id })
    const { handler, service } = build({ prepare_refund: prepared, prepare_refund_for_job: prepared })
    expect(await refund(handler)).toMatchObject([409, { code: 'refund_refused' }])
    expect(service.called('attach_refund')[0]!.args).toMatchObject({
      provider_refund_id: null,
      status: 'failed',
    })
  })

  test('an outage of the provider changes nothing of a refund', async () => {
    const { prepared } = await paid()
    await outside.control('POST', '/faults', { match: 'POST /v1/refunds', status: 500, times: 9 })
    const { handler, service } = build({ prepare_refund: prepared })
    expect(await refund(handler)).toMatchObject([503, { code: 'payment_provider_unavailable' }])
    expect(service.calls).toEqual([])
  })

  test('who may not issue a refund is refused by the database', async () => {
    const { handler } = build({ prepare_refund: new Problem(403, 'store_role_required', 'No.') })
    expect(await refund(handler)).toEqual([403, { code: 'store_role_required', message: 'No.' }])
  })
})
