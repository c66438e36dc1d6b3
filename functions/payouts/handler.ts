import { z } from 'zod'
import { allowMethods, answering, type Handler, pathOf, readJson } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { accountState, type Dependencies, onboard } from './core.ts'

const Onboarding = z.strictObject({
  store_id: z.uuid(),
  return_url: z.url({ protocol: /^https?$/ }).max(2000).optional(),
})
const Account = z.strictObject({ store_id: z.uuid() })

/**
 * `POST /payouts/onboarding` answers the page on which a store's owner opens its account at the provider; `POST
 * /payouts/account` answers how it stands.
 */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    switch (pathOf(req, 'payouts')) {
      case '/onboarding': {
        allowMethods(req, 'POST')
        const body = await readJson(req, Onboarding)
        return Response.json(await onboard(deps, body.store_id, body.return_url))
      }
      case '/account':
        allowMethods(req, 'POST')
        return Response.json(await accountState(deps, (await readJson(req, Account)).store_id))
      default:
        throw new Problem(404, 'route_not_found', 'There is no such route.')
    }
  })
}
