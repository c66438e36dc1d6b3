import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { messageOf } from '../_shared/http.ts'
import { type CallSql, Nothing } from '../_shared/sql.ts'
import type { Answer, Outgoing } from './send.ts'

/** What deliveries are made with. */
export interface Dependencies {
  sql: CallSql
  /** Posts to a receiver. Never throws for what a receiver does. */
  send(request: Outgoing): Promise<Answer>
}

/** What one run did. */
export interface Report {
  delivered: number
  failed: number
}

const Claimed = z.object({
  id: z.uuid(),
  attempt: z.number().int().positive(),
  url: z.url(),
  secrets: z.array(z.string()).min(1),
  event_id: z.uuid(),
  type: z.string(),
  occurred_at: z.string(),
  data: z.unknown(),
})
type Claimed = z.infer<typeof Claimed>

/** How many deliveries are on their way at a time: each waits for somebody else, at most five seconds. */
const AT_ONCE = 50
/** Longer than a delivery and its report can take. */
const LEASE_SECONDS = 30
/** Leaves time to finish what is on its way before the platform ends the request. */
const RUN_MS = 40_000

/**
 * Delivers what is due until nothing is or time is up. Whenever one is done another is taken, so a receiver that takes its
 * time holds up nothing but its own. A worker that dies leaves its deliveries to the next one; the receiver then gets the
 * event a second time, under the same id.
 */
export async function deliverDue(deps: Dependencies): Promise<Report> {
  const report: Report = { delivered: 0, failed: 0 }
  const until = Date.now() + RUN_MS
  const underWay = new Set<Promise<void>>()
  while (Date.now() < until) {
    const due = await deps.sql('claim_webhooks', {
      max_rows: AT_ONCE - underWay.size,
      lease_seconds: LEASE_SECONDS,
    }, z.array(Claimed))
    for (const delivery of due) {
      const work = deliver(deps, delivery, report).finally(() => underWay.delete(work))
      underWay.add(work)
    }
    if (underWay.size === 0) break
    if (due.length === 0 || underWay.size >= AT_ONCE) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  return report
}

async function deliver(deps: Dependencies, delivery: Claimed, report: Report): Promise<void> {
  const began = performance.now()
  try {
    const answer = await deps.send(requestOf(delivery))
    const code = 'code' in answer ? answer.code : null
    report[code !== null && code >= 200 && code < 300 ? 'delivered' : 'failed']++
    await deps.sql('settle_webhook', {
      id: delivery.id,
      attempt: delivery.attempt,
      response_code: code,
      error: 'error' in answer ? answer.error : null,
      duration_ms: Math.round(performance.now() - began),
    }, Nothing)
  } catch (error) {
    // Its lease runs out, and it is made again.
    console.error(`webhook delivery ${delivery.id} was not settled:`, messageOf(error))
  }
}

/** The request for one try, signed as of now with each secret (https://www.standardwebhooks.com). */
function requestOf(delivery: Claimed): Outgoing {
  const now = new Date()
  const body = JSON.stringify({
    type: delivery.type,
    timestamp: delivery.occurred_at,
    data: delivery.data,
  })
  const signatures = delivery.secrets.map((secret) => new Webhook(secret).sign(delivery.event_id, now, body))
  return {
    url: delivery.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Marketbase-Webhooks/1',
      'webhook-id': delivery.event_id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
    body,
  }
}
