import { z } from 'zod'
import { allowMethods, answering, type Handler, pathOf, readJson } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { type Dependencies, refund, startPayment } from './core.ts'

/** What `POST /intents` takes. */
export const StartPayment = z.strictObject({
  checkout_id: z.uuid(),
  payment_method: z.string().regex(/^(pm|card)_[A-Za-z0-9_]{1,100}$/, 'not the id of a payment method')
    .optional(),
  return_url: z.url({ protocol: /^https?$/ }).max(2000).optional(),
})
/** What `POST /refunds` takes. */
export const IssueRefund = z.strictObject({ refund_id: z.uuid() })

/**
 * `POST /payments/intents` starts or continues the payment of a checkout; `POST /payments/refunds` issues a refund.
 * Amounts never come from the request.
 */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    switch (pathOf(req, 'payments')) {
      case '/intents': {
        allowMethods(req, 'POST')
        const body = await readJson(req, StartPayment)
        return Response.json(
          await startPayment(deps, {
            checkoutId: body.checkout_id,
            paymentMethod: body.payment_method,
            returnUrl: body.return_url,
          }),
        )
      }
      case '/refunds':
        allowMethods(req, 'POST')
        return Response.json(await refund(deps, (await readJson(req, IssueRefund)).refund_id))
      default:
        throw new Problem(404, 'route_not_found', 'There is no such route.')
    }
  })
}
