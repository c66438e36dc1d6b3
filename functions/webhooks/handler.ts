import { allowMethods, answering, type Handler } from '../_shared/http.ts'
import { deliverDue, type Dependencies } from './core.ts'

/** `POST /webhooks`: one run of the job. */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    allowMethods(req, 'POST')
    return Response.json(await deliverDue(deps))
  })
}
