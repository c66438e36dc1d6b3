import { allowMethods, answering, type Handler, pathOf } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import { compareBalances, type Dependencies, sendDue } from './core.ts'

/** `POST /payouts-send`: one run of the job; `POST /payouts-send/balances`: what the provider has, against the ledger. */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    allowMethods(req, 'POST')
    switch (pathOf(req, 'payouts-send')) {
      case '/':
        return Response.json(await sendDue(deps))
      case '/balances':
        return Response.json(await compareBalances(deps))
      default:
        throw new Problem(404, 'route_not_found', 'There is no such route.')
    }
  })
}
