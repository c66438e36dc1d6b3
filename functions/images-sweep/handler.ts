import { allowMethods, answering, type Handler } from '../_shared/http.ts'
import { type Dependencies, sweep } from './core.ts'

/** `POST /images-sweep`: one run of the job. */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    allowMethods(req, 'POST')
    return Response.json(await sweep(deps))
  })
}
