import { allowMethods, answering, type Handler, pathOf } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { type Dependencies, drain } from './core.ts'
import { previews } from './previews.ts'

/**
 * - `POST /emails`: one run of the job
 * - `GET /emails/previews`: what every letter looks like
 */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    switch (pathOf(req, 'emails')) {
      case '/':
        allowMethods(req, 'POST')
        return Response.json(await drain(deps))
      case '/previews':
        allowMethods(req, 'GET')
        return Response.json(previews(deps.siteUrl, deps.unsubscribeUrl))
      default:
        throw new Problem(404, 'route_not_found', 'There is no such route.')
    }
  })
}
