import { allowMethods, answering, type Handler } from '../_shared/http.ts'
import { checkAll, type Health, type Probe } from './core.ts'

/** What health is told from. */
export interface Dependencies {
  probes(): Record<string, Probe>
  /** How long one thing may take. */
  withinMs: number
  /** How long an answer is good for: whoever asks more often gets the same, so that asking costs nothing. */
  keepMs: number
}

/** `GET /health`: 200 when everything works, else 503, with the parts either way. */
export function createHandler(deps: Dependencies): Handler {
  let known: { health: Promise<Health>; at: number } | undefined

  return answering(async (req) => {
    allowMethods(req, 'GET', 'HEAD')
    if (known === undefined || Date.now() - known.at > deps.keepMs) {
      known = { health: checkAll(deps.probes(), deps.withinMs), at: Date.now() }
    }
    const health = await known.health
    return Response.json(health, {
      status: health.status === 'ok' ? 200 : 503,
      headers: { 'cache-control': 'no-store' },
    })
  })
}
