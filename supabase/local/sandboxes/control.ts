import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { BodyTooLarge, readBody, sendJson } from '../http.ts'
import { Delay, Fault, type Faults } from './faults.ts'
import type { Inbox } from './inbox.ts'
import { setStanding, TEST_BANKS, type TestBank } from './stripe/accounts.ts'
import { balanceOf, book, makeAvailable } from './stripe/balances.ts'
import { settleDebit } from './stripe/bank-debits.ts'
import { decideDispute, openDispute } from './stripe/disputes.ts'
import type { StripeSandbox } from './stripe/index.ts'
import { settlePayout } from './stripe/payouts.ts'

const LARGEST_BODY = 64 * 1024

const Webhooks = z.strictObject({
  mode: z.enum(['deliver', 'hold', 'drop']).default('deliver'),
  duplicates: z.number().int().min(0).max(100).default(0),
  delay_ms: z.number().int().min(0).max(120_000).default(0),
})
const Release = z.strictObject({ reversed: z.boolean().default(false) })
const Resend = z.strictObject({ event: z.string() })
const Dispute = z.strictObject({
  payment_intent: z.string(),
  reason: z.string().default('fraudulent'),
  amount: z.number().int().min(1).optional(),
  inquiry: z.boolean().default(false),
})
const Decision = z.strictObject({ dispute: z.string(), won: z.boolean() })
const Debit = z.strictObject({ payment_intent: z.string(), succeeds: z.boolean() })
const Standing = z.strictObject({
  account: z.string(),
  standing: z.enum(['enabled', 'restricted', 'rejected']),
  bank: z.enum(Object.keys(TEST_BANKS) as [TestBank, ...TestBank[]]).optional(),
})
const Payout = z.strictObject({ payout: z.string(), failure: z.string().nullable().default(null) })
const Balance = z.strictObject({
  account: z.string().nullable().default(null),
  currency: z.string().length(3).toLowerCase(),
  available: z.number().int(),
})

/**
 * The switches of tests, at `/_control`. No provider has them: they make the sandboxes lose, repeat, delay and refuse.
 *
 * - `POST /_control/faults` arms a {@link Fault} or {@link Delay} for requests to any provider
 * - `PUT /_control/webhooks` sets how events are delivered; `POST …/webhooks/release` lets held ones go, `POST
 *   …/webhooks/resend` delivers one again; `GET …/webhooks` lists the tries
 * - `POST /_control/disputes` disputes a payment, and answers the dispute; `POST …/disputes/decide` is the bank's decision
 * - `POST /_control/debits` is a bank's answer to a debit that is `processing`
 * - `POST /_control/accounts` is what the provider thinks of a connected account, or what its holder told
 * - `POST /_control/payouts` is a bank's answer to a payout; what was paid may still come back
 * - `POST /_control/balances` lets the balance of the platform, or of an account, have so much to move; `POST
 *   …/balances/settle` lets two days pass, after which all of it can be moved
 * - `POST /_control/idempotency-keys/expire` forgets Stripe's keys, as a day would
 * - `DELETE /_control` disarms everything and empties the inbox
 *
 * Bodies are JSON and declared so: a foreign page in a browser would have to ask first, and is never allowed.
 */
export class Control {
  #stripe: StripeSandbox
  #faults: Faults
  #inbox: Inbox

  constructor(stripe: StripeSandbox, faults: Faults, inbox: Inbox) {
    this.#stripe = stripe
    this.#faults = faults
    this.#inbox = inbox
  }

  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const route = `${req.method} ${url.pathname.slice('/_control'.length)}`
    try {
      sendJson(res, 200, this.#run(route, await readJson(req)))
    } catch (error) {
      if (error instanceof z.ZodError) {
        return sendJson(res, 400, { code: 'bad_control', message: z.prettifyError(error) })
      }
      if (error instanceof BodyTooLarge || error instanceof ControlError) {
        return sendJson(res, 400, { code: 'bad_control', message: error.message })
      }
      throw error
    }
  }

  #run(route: string, body: unknown): unknown {
    const { account, webhooks, idempotency } = this.#stripe
    switch (route) {
      case 'POST /faults':
        this.#faults.arm(z.union([Delay, Fault]).parse(body))
        return {}
      case 'GET /webhooks':
        return { ...webhooks.faults, deliveries: webhooks.deliveries }
      case 'PUT /webhooks': {
        const wanted = Webhooks.parse(body)
        webhooks.faults = { mode: wanted.mode, duplicates: wanted.duplicates, delayMs: wanted.delay_ms }
        return {}
      }
      case 'POST /webhooks/release':
        return { released: webhooks.release(Release.parse(body).reversed) }
      case 'POST /webhooks/resend': {
        const event = account.store.events.get(Resend.parse(body).event)
        if (!event) throw new ControlError('There is no such event.')
        webhooks.resend(event)
        return {}
      }
      case 'POST /disputes': {
        const wanted = Dispute.parse(body)
        const intent = account.store.intents.get(wanted.payment_intent)
        const charge = account.store.charges.get(intent?.latest_charge ?? '')
        if (!charge?.paid) throw new ControlError('There is no such paid payment.')
        return { dispute: openDispute(account, charge, wanted).id }
      }
      case 'POST /disputes/decide': {
        const decision = Decision.parse(body)
        const dispute = account.store.disputes.get(decision.dispute)
        if (!dispute || !decideDispute(account, dispute, decision.won)) {
          throw new ControlError('There is no such open dispute.')
        }
        return {}
      }
      case 'POST /debits': {
        const answer = Debit.parse(body)
        const intent = account.store.intents.get(answer.payment_intent)
        if (!intent || !settleDebit(account, intent, answer.succeeds)) {
          throw new ControlError('There is no such debit under way.')
        }
        return {}
      }
      case 'POST /accounts': {
        const wanted = Standing.parse(body)
        const found = account.store.accounts.get(wanted.account)
        if (!found) throw new ControlError('There is no such account.')
        setStanding(account, found, wanted.standing, wanted.bank)
        return {}
      }
      case 'POST /payouts': {
        const answer = Payout.parse(body)
        const payout = account.store.payouts.get(answer.payout)
        if (!payout || !settlePayout(account, payout, answer.failure)) {
          throw new ControlError('There is no such payout that a bank could answer.')
        }
        return {}
      }
      case 'POST /balances': {
        const wanted = Balance.parse(body)
        const { currency, account: holder } = wanted
        const amount = wanted.available - balanceOf(account.store, holder, currency).available
        book(account.store, { type: 'adjustment', amount, currency, source: null, holder })
        return {}
      }
      case 'POST /balances/settle':
        makeAvailable(account.store)
        return {}
      case 'POST /idempotency-keys/expire':
        idempotency.expire()
        return {}
      case 'DELETE ':
        this.#faults.clear()
        webhooks.reset()
        this.#inbox.clear()
        return {}
      default:
        throw new ControlError(`There is no control ${route}.`)
    }
  }
}

class ControlError extends Error {}

async function readJson(req: IncomingMessage): Promise<unknown> {
  if (req.method === 'GET' || req.method === 'DELETE') return {}
  if (!req.headers['content-type']?.startsWith('application/json')) {
    throw new ControlError('Send a JSON body.')
  }
  try {
    return JSON.parse((await readBody(req, LARGEST_BODY)).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new ControlError('The body is not JSON.')
    throw error
  }
}
