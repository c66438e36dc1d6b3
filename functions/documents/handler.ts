import { z } from 'zod'
import { allowMethods, answering, type Handler, pathOf, readJson } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { type Dependencies, giveReceipt } from './core.ts'

/** What a receipt is asked with. */
export const GiveReceipt = z.strictObject({ order_id: z.uuid() })

/** `POST /documents/receipts` `{order_id}`: where the receipt of an order can be read. */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    if (pathOf(req, 'documents') !== '/receipts') {
      throw new Problem(404, 'route_not_found', 'There is no such route.')
    }
    allowMethods(req, 'POST')
    return Response.json(await giveReceipt(deps, (await readJson(req, GiveReceipt)).order_id))
  })
}
