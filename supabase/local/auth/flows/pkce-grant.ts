import type { Call } from '../context.ts'
import { AuthProblem, invalid } from '../errors.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { deleteFlow, type FlowStateRow, verifierMatches } from '../store/flow-states.ts'
import { findUser, isBanned } from '../store/users.ts'
import { secondsSince } from '../times.ts'
import { openSession } from '../tokens.ts'

/** How long a flow may take, in seconds. */
const LIFETIME = 300

/** POST /token?grant_type=pkce */
export async function grantByAuthCode(call: Call): Promise<void> {
  const [code, verifier] = [call.body.string('auth_code'), call.body.string('code_verifier')]
  if (code === '' || verifier === '') {
    throw invalid('invalid request: both auth code and code verifier should be non-empty')
  }
  const session = await transaction(call.auth.sql, async (db) => {
    const owner = await flowOfCode(db, code)
    const user = owner?.user_id ? await findUser(db, owner.user_id, { lock: true }) : undefined
    // Read again under the lock, which makes a code good for one session, however many requests carry it.
    const flow = await flowOfCode(db, code)
    if (flow === undefined || user === undefined) {
      throw new AuthProblem(
        404,
        'flow_state_not_found',
        'invalid flow state, no valid flow state found',
      )
    }
    if (secondsSince(startOf(flow)) > LIFETIME) {
      throw new AuthProblem(422, 'flow_state_expired', 'invalid flow state, flow state has expired')
    }
    if (isBanned(user)) throw new AuthProblem(403, 'user_banned', 'User is banned')
    if (!verifierMatches(flow, verifier)) {
      throw new AuthProblem(
        400,
        'bad_code_verifier',
        'code challenge does not match previously saved code verifier',
      )
    }
    await deleteFlow(db, flow.id)
    await audit(db, user, 'login', call.ip, { provider_type: flow.authentication_method })
    return {
      ...(await openSession(call, db, user, flow.authentication_method)),
      ...(flow.provider_access_token ? { provider_token: flow.provider_access_token } : {}),
      ...(flow.provider_refresh_token ? { provider_refresh_token: flow.provider_refresh_token } : {}),
    }
  })
  call.json(200, session)
}

async function flowOfCode(db: Db, code: string): Promise<FlowStateRow | undefined> {
  const [flow] = await db<FlowStateRow[]>`select * from auth.flow_state where auth_code = ${code}`
  return flow
}

/** A magic link waits in a mailbox for a while; its flow is timed from the click. */
const startOf = (flow: FlowStateRow): string =>
  flow.authentication_method === 'magiclink' && flow.auth_code_issued_at !== null
    ? flow.auth_code_issued_at
    : flow.created_at
