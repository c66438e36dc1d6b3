import Stripe from 'stripe'
import { z } from 'zod'
import { allowMethods, answering, type Handler, messageOf, readText } from '../_shared/http.ts'
import { applyFact } from '../_shared/payment-facts.ts'
import { Problem } from '../_shared/problem.ts'
import { DueRefund, issueRefund } from '../_shared/refunds.ts'
import type { CallSql } from '../_shared/sql.ts'
import { factOf } from './core.ts'

/** What the endpoint works with. */
export interface Dependencies {
  sql: CallSql
  stripe: Stripe
  /** Signing secrets of the endpoint; two while one replaces the other. */
  webhookSecrets: string[]
  /** Whether real money is moved here: events of the other mode are refused. */
  livemode: boolean
  /** Goes on with work after the answer. What is lost that way, the reconciling job does later. */
  inBackground(work: Promise<unknown>): void
}

/** Stripe's own: how far a signature's time may be off. */
const TOLERANCE_SECONDS = 300
const LARGEST_EVENT_BYTES = 1024 * 1024

/**
 * Stripe's events. 400 means a bad signature and nothing else; a failure of ours is a 500, so that Stripe tries again.
 */
export function createHandler(deps: Dependencies): Handler {
  const cryptography = Stripe.createSubtleCryptoProvider()

  async function verify(req: Request): Promise<Stripe.Event> {
    // The signature covers these exact bytes.
    const body = await readText(req, LARGEST_EVENT_BYTES).catch((error: unknown) => {
      throw error instanceof Problem ? badSignature() : error
    })
    const signature = req.headers.get('stripe-signature') ?? ''
    // The library refuses old signatures but not ones from the future.
    const signedAt = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1] ?? NaN)
    if (!(signedAt <= Date.now() / 1000 + TOLERANCE_SECONDS)) throw badSignature()
    for (const secret of deps.webhookSecrets) {
      try {
        return await deps.stripe.webhooks
          .constructEventAsync(body, signature, secret, TOLERANCE_SECONDS, cryptography)
      } catch {
        // Perhaps the next secret.
      }
    }
    throw badSignature()
  }

  return answering(async (req) => {
    allowMethods(req, 'POST')
    const event = await verify(req)
    if (event.livemode !== deps.livemode) {
      throw new Problem(400, 'wrong_mode', 'This event is of the other mode, test or live.')
    }
    const { outcome, refund_ids } = await applyFact(deps.sql, {
      eventId: event.id,
      eventType: event.type,
      occurredAt: new Date(event.created * 1000),
      livemode: event.livemode,
    }, factOf(event))
    if (outcome === 'mismatch') console.error(`event ${event.id} (${event.type}) does not fit our records`)
    if (refund_ids.length > 0) deps.inBackground(issueRefunds(deps, refund_ids))
    return Response.json({ outcome })
  })
}

async function issueRefunds(deps: Dependencies, refundIds: string[]): Promise<void> {
  for (const refundId of refundIds) {
    try {
      const due = await deps.sql(
        'prepare_refund_for_job',
        { refund_id: refundId },
        DueRefund.extend({ status: z.string() }),
      )
      if (due.status === 'pending') await issueRefund(deps.stripe, deps.sql, due)
    } catch (error) {
      console.error(`refund ${refundId} waits for the reconciling job:`, messageOf(error))
    }
  }
}

const badSignature = () => new Problem(400, 'bad_signature', 'The signature is missing, wrong or too old.')
