import Stripe from 'stripe'
import { z } from 'zod'
import { applyFact, factOfDispute } from '../_shared/payment-facts.ts'
import { providerProblem } from '../_shared/refunds.ts'
import type { CallSql } from '../_shared/sql.ts'

/** What a dispute is answered with: all that was handed in, or that it is accepted. */
export const DisputeAnswer = z.object({
  dispute_id: z.uuid(),
  provider_dispute_id: z.string(),
  action: z.enum(['submit', 'accept']),
  evidence: z.string().nullable(),
  files: z.array(z.string()),
  attempt: z.number().int().positive(),
})
/** One answer to a dispute. */
export type DisputeAnswer = z.infer<typeof DisputeAnswer>

/** What an answer is sent with. */
interface Dependencies {
  sql: CallSql
  stripe: Stripe
  readEvidence(name: string): Promise<Blob>
}

const Recorded = z.object({ dispute_id: z.uuid() })

/** The provider's places for a file; a dispute has each once. */
const PLACES = [
  'uncategorized_file',
  'customer_communication',
  'receipt',
  'shipping_documentation',
  'service_documentation',
  'refund_policy',
  'cancellation_policy',
  'customer_signature',
  'duplicate_charge_documentation',
] as const

/**
 * Sends an answer to a dispute. Evidence may be sent more often than once: all of it, anew each time, and the bank reads
 * the last.
 */
export async function answerDispute(deps: Dependencies, answer: DisputeAnswer): Promise<boolean> {
  const { dispute_id, attempt, provider_dispute_id: id } = answer
  const options = { idempotencyKey: `dispute-${dispute_id}-${attempt}` }
  let refusal: { code: string; message: string } | null = null
  try {
    const dispute = answer.action === 'accept'
      ? await deps.stripe.disputes.close(id, {}, options)
      : await deps.stripe.disputes.update(
        id,
        { evidence: await evidenceOf(deps, answer), submit: true },
        options,
      )
    await applyFact(deps.sql, {
      eventId: `check_${id}_${dispute.status}`,
      eventType: 'dispute.checked',
      occurredAt: new Date(),
      livemode: dispute.livemode,
    }, factOfDispute(dispute))
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw providerProblem(error)
    refusal = { code: error.code ?? error.type, message: error.message }
  }
  await deps.sql('record_dispute_answer', {
    dispute_id,
    attempt,
    code: refusal?.code ?? null,
    message: refusal?.message ?? null,
  }, Recorded)
  return refusal === null
}

async function evidenceOf(
  deps: Dependencies,
  answer: DisputeAnswer,
): Promise<Stripe.DisputeUpdateParams.Evidence> {
  const evidence: Stripe.DisputeUpdateParams.Evidence = {}
  if (answer.evidence !== null) evidence.uncategorized_text = answer.evidence
  // The newest files, where there are more than places.
  for (const [index, name] of answer.files.slice(-PLACES.length).entries()) {
    const file = await deps.readEvidence(name)
    const uploaded = await deps.stripe.files.create({
      purpose: 'dispute_evidence',
      file: {
        data: new Uint8Array(await file.arrayBuffer()),
        name: name.slice(name.lastIndexOf('/') + 1),
        type: file.type,
      },
    }, { idempotencyKey: `evidence-${answer.dispute_id}-${answer.attempt}-${index}` })
    evidence[PLACES[index]!] = uploaded.id
  }
  return evidence
}
