import { describe, expect, test, vi } from 'vitest'
import { createHandler } from '../../functions/stripe-webhook/handler.ts'
import { stripeSignature as signature } from '../../supabase/local/index.ts'
import { answerOf, type Answers, fixture, post, sqlOf, useOutside } from './support.ts'

const SECRET = 'whsec_current'
const PREVIOUS = 'whsec_previous'
const CHECKOUT = '0198f000-0000-7000-8000-00000000c0de'
const PAYMENT = '0198f000-0000-7000-8000-0000000000aa'
const REFUND = '0198f000-0000-7000-8000-0000000000bb'

const outside = await useOutside()

function build(answers: Answers = {}, livemode = false) {
  const database = sqlOf({ apply_payment_event: { outcome: 'applied', refund_ids: [] }, ...answers })
  const background: Promise<unknown>[] = []
  const handler = createHandler({
    sql: database.sql,
    stripe: outside.stripe,
    webhookSecrets: [SECRET, PREVIOUS],
    livemode,
    inBackground: (work) => background.push(work),
  })
  return { handler, background, ...database }
}

function signed(event: unknown, options: { secret?: string; at?: number; header?: string } = {}): Request {
  const body = JSON.stringify(event)
  const at = options.at ?? Math.floor(Date.now() / 1000)
  return post('/stripe-webhook', body, {
    'stripe-signature': options.header ?? signature(body, options.secret ?? SECRET, at),
  })
}

describe('what an event says', () => {
  test.each([
    ['payment_intent.succeeded', {
      kind: 'intent',
      intent_id: 'pi_1',
      status: 'succeeded',
      amount: 4200,
      amount_received: 4200,
      currency: 'INR',
      checkout_id: CHECKOUT,
      payment_id: PAYMENT,
      failure_code: null,
      failure_message: null,
      charge_id: 'ch_1',
    }],
    ['payment_intent.payment_failed', {
      kind: 'intent',
      intent_id: 'pi_1',
      status: 'requires_payment_method',
      amount: 4200,
      amount_received: 0,
      currency: 'INR',
      checkout_id: CHECKOUT,
      payment_id: PAYMENT,
      failure_code: 'insufficient_funds',
      failure_message: 'Your card has insufficient funds.',
      charge_id: 'ch_1',
    }],
    ['refund.created', {
      kind: 'refund',
      provider_refund_id: 're_1',
      intent_id: 'pi_1',
      refund_id: REFUND,
      amount: 1200,
      currency: 'INR',
      status: 'succeeded',
      failure_reason: null,
    }],
    ['charge.dispute.created', {
      kind: 'dispute',
      dispute_id: 'du_1',
      intent_id: 'pi_1',
      amount: 4200,
      currency: 'INR',
      reason: 'fraudulent',
      status: 'needs_response',
      evidence_due_at: '2026-06-28T00:00:00.000Z',
    }],
    ['customer.created', null],
  ])('%s', async (name, fact) => {
    const { handler, calls } = build()
    const event = fixture(name)
    expect(await answerOf(await handler(signed(event)))).toEqual([200, { outcome: 'applied' }])
    expect(calls).toEqual([{
      name: 'apply_payment_event',
      args: {
        event_id: event['id'],
        event_type: name,
        occurred_at: new Date(1782000000 * 1000).toISOString(),
        livemode: false,
        fact,
      },
    }])
  })

  test('a failure keeps the words that were written for the card holder, none that were for developers', async () => {
    const { handler, calls } = build()
    const error = {
      type: 'invalid_request_error',
      code: 'payment_intent_authentication_failure',
      message: 'The provided PaymentMethod has failed authentication.',
      payment_method: { id: 'pm_1', object: 'payment_method' },
    }
    await handler(signed(fixture('payment_intent.payment_failed', { last_payment_error: error })))
    expect(calls[0]!.args['fact']).toMatchObject({
      failure_code: 'payment_intent_authentication_failure',
      failure_message: null,
      failed_method_id: 'pm_1',
    })
  })

  test('metadata that holds no id of ours is no id at all', async () => {
    const { handler, calls } = build()
    await handler(signed(fixture('payment_intent.succeeded', { metadata: { payment_id: "'; drop table" } })))
    expect(calls[0]!.args['fact']).toMatchObject({ payment_id: null, checkout_id: null })
  })

  test('what the sandbox sends is understood too', async () => {
    const { handler, calls } = build()
    const intent = await outside.stripe.paymentIntents.create({
      amount: 4200,
      currency: 'inr',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example',
    })
    const events = await outside.stripe.events.list({ type: 'payment_intent.succeeded' })
    expect((await handler(signed(events.data[0]))).status).toBe(200)
    expect(calls[0]!.args['fact']).toMatchObject({ intent_id: intent.id, amount_received: 4200 })
  })
})

describe('signatures', () => {
  const event = fixture('payment_intent.succeeded')
  const body = JSON.stringify(event)
  const now = () => Math.floor(Date.now() / 1000)

  test('a signature of the endpoint that is being replaced is good as well', async () => {
    expect((await build().handler(signed(event, { secret: PREVIOUS }))).status).toBe(200)
  })

  test('several signatures of which the second is valid are good', async () => {
    const good = signature(body, SECRET)
    const header = good.replace(',v1=', `,v1=${'0'.repeat(64)},v1=`)
    expect((await build().handler(signed(event, { header }))).status).toBe(200)
  })

  test.each<[string, () => Request]>([
    ['one altered byte', () => post('/stripe-webhook', body.replace('4200', '4201'), sign(body))],
    ['the same JSON written anew', () => post('/stripe-webhook', JSON.stringify(event, null, 2), sign(body))],
    ['another secret', () => signed(event, { secret: 'whsec_other' })],
    ['a signature of 301 seconds ago', () => signed(event, { at: now() - 301 })],
    ['a signature from the future', () => signed(event, { at: now() + 302 })],
    ['no signature', () => post('/stripe-webhook', body)],
    ['a malformed signature', () => post('/stripe-webhook', body, { 'stripe-signature': 'v1=,t=' })],
    ['an empty body', () => post('/stripe-webhook', '', sign(''))],
    ['a body of 5 MB', () => post('/stripe-webhook', 'x'.repeat(5_000_000), sign(body))],
  ])('400 and no effect: %s', async (_what, request) => {
    const { handler, calls } = build()
    expect(await answerOf(await handler(request()))).toMatchObject([400, { code: 'bad_signature' }])
    expect(calls).toEqual([])
  })

  test('a test event where real money moves is a 400 without effect', async () => {
    const { handler, calls } = build({}, true)
    expect(await answerOf(await handler(signed(event)))).toMatchObject([400, { code: 'wrong_mode' }])
    expect(calls).toEqual([])
  })

  test('a GET is no event', async () => {
    const { handler, calls } = build()
    expect((await handler(new Request('http://functions/stripe-webhook'))).status).toBe(405)
    expect(calls).toEqual([])
  })

  const sign = (of: string) => ({ 'stripe-signature': signature(of, SECRET) })
})

describe('what becomes of an event', () => {
  test.each(['duplicate', 'ignored', 'mismatch'])(
    '%s is a 200: trying again would change nothing',
    async (outcome) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {})
      const { handler } = build({ apply_payment_event: { outcome, refund_ids: null } })
      expect(await answerOf(await handler(signed(fixture('refund.created'))))).toEqual([200, { outcome }])
      log.mockRestore()
    },
  )

  test('a failure of ours is a 500, so that the event is sent again, and the log holds no payload', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { handler } = build({ apply_payment_event: new Error('57014: canceling statement') })
    expect((await handler(signed(fixture('payment_intent.succeeded')))).status).toBe(500)
    expect(JSON.stringify(log.mock.calls)).not.toContain('pi_1')
    log.mockRestore()
  })

  test('a payment that came too late is refunded after the answer', async () => {
    const intent = await outside.stripe.paymentIntents.create({
      amount: 4200,
      currency: 'inr',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example',
    })
    const { handler, background, called } = build({
      apply_payment_event: { outcome: 'applied', refund_ids: [REFUND] },
      prepare_refund_for_job: {
        refund_id: REFUND,
        amount: 4200,
        currency: 'INR',
        status: 'pending',
        provider_intent_id: intent.id,
      },
      attach_refund: { refund_id: REFUND, status: 'succeeded' },
    })
    expect((await handler(signed(fixture('payment_intent.succeeded')))).status).toBe(200)
    await Promise.all(background)
    expect((await outside.stripe.refunds.list({ payment_intent: intent.id })).data).toMatchObject([{
      amount: 4200,
    }])
    expect(called('attach_refund')).toHaveLength(1)
  })

  test('a refund that cannot be issued then waits for the job', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { handler, background } = build({
      apply_payment_event: { outcome: 'applied', refund_ids: [REFUND] },
      prepare_refund_for_job: new Error('gone'),
    })
    expect((await handler(signed(fixture('payment_intent.succeeded')))).status).toBe(200)
    await expect(Promise.all(background)).resolves.toBeDefined()
    log.mockRestore()
  })
})
