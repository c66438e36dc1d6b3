import { createHash, randomUUID } from 'node:crypto'
import { secretsEqual } from '../../jwt.ts'
import { invalid } from '../errors.ts'
import { now, secondsSince } from '../times.ts'
import type { Db } from './database.ts'

/** A row of auth.flow_state: what a PKCE flow must remember between its two requests. */
export interface FlowStateRow {
  id: string
  user_id: string | null
  auth_code: string | null
  /** Absent where a sign-in at a provider answers with a session instead of a code. */
  code_challenge_method: 's256' | 'plain' | null
  code_challenge: string | null
  provider_type: string
  authentication_method: string
  /** Where somebody who signs in at a provider goes afterwards. */
  referrer: string | null
  oauth_client_state_id: string | null
  /** To whom the identity is to be added. */
  linking_target_id: string | null
  created_at: string
  auth_code_issued_at: string | null
  provider_access_token: string | null
  provider_refresh_token: string | null
}

/** A client's half of PKCE. */
export interface CodeChallenge {
  challenge: string
  method: 's256' | 'plain'
}

/**
 * Checks the two PKCE parameters of a request.
 * @returns undefined where neither is given (implicit flow)
 */
export function parseCodeChallenge(challenge: string, method: string): CodeChallenge | undefined {
  if ((challenge === '') !== (method === '')) {
    throw invalid('PKCE flow requires code_challenge_method and code_challenge')
  }
  if (challenge === '') return undefined
  if (challenge.length < 43 || challenge.length > 128) {
    throw invalid('code challenge has to be between 43 and 128 characters')
  }
  if (!/^[A-Za-z0-9._~-]+$/.test(challenge)) {
    throw invalid(
      'code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes',
    )
  }
  const lowered = method.toLowerCase()
  if (lowered !== 's256' && lowered !== 'plain') {
    throw invalid(`unsupported code_challenge method ${JSON.stringify(method)}`)
  }
  return { challenge, method: lowered }
}

/** Whether a verifier is the one its challenge was made of. */
export function verifierMatches(flow: FlowStateRow, verifier: string): boolean {
  const challenge = flow.code_challenge_method === 'plain'
    ? verifier
    : createHash('sha256').update(verifier).digest('base64url')
  return secretsEqual(challenge, flow.code_challenge ?? '')
}

/** Opens a flow for a user who was sent a link. */
export async function insertFlowState(
  db: Db,
  userId: string,
  method: string,
  { challenge, method: challengeMethod }: CodeChallenge,
): Promise<void> {
  const at = now()
  await db`
    insert into auth.flow_state ${
    db({
      id: randomUUID(),
      user_id: userId,
      auth_code: randomUUID(),
      code_challenge: challenge,
      code_challenge_method: challengeMethod,
      provider_type: method.split('/')[0],
      authentication_method: method,
      created_at: at,
      updated_at: at,
    })
  }`
}

/** What is remembered of somebody who is sent to a provider. */
export interface OAuthFlow {
  provider: string
  /** This service's own half of PKCE towards the provider. */
  verifier: string
  /** The client's half; absent where it wants a session at once. */
  challenge: CodeChallenge | undefined
  referrer: string
  linkingTargetId: string | undefined
  emailOptional: boolean
}

/** Opens a flow for somebody who is sent to a provider. Its id is the state that comes back. */
export async function insertOAuthFlow(db: Db, flow: OAuthFlow): Promise<string> {
  const [id, clientStateId, at] = [randomUUID(), randomUUID(), now()]
  const { provider, verifier, challenge } = flow
  await db`
    insert into auth.oauth_client_states (id, provider_type, code_verifier, created_at)
    values (${clientStateId}, ${provider}, ${verifier}, ${at})`
  await db`
    insert into auth.flow_state ${
    db({
      id,
      auth_code: challenge === undefined ? null : randomUUID(),
      code_challenge: challenge?.challenge ?? null,
      code_challenge_method: challenge?.method ?? null,
      provider_type: provider,
      authentication_method: 'oauth',
      referrer: flow.referrer,
      oauth_client_state_id: clientStateId,
      linking_target_id: flow.linkingTargetId ?? null,
      email_optional: flow.emailOptional,
      created_at: at,
      updated_at: at,
    })
  }`
  return id
}

/** @returns the flow, or undefined where it is gone */
export async function findFlow(
  db: Db,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<FlowStateRow | undefined> {
  const [flow] = await db<FlowStateRow[]>`
    select * from auth.flow_state where id = ${id} ${lock ? db`for update` : db``}`
  return flow
}

/** Ends a flow. */
export async function deleteFlow(db: Db, id: string): Promise<void> {
  await db`delete from auth.flow_state where id = ${id}`
}

/** Gives out, once, the verifier that a flow keeps for its provider; undefined where it was used or is too old. */
export async function takeClientState(
  db: Db,
  id: string | null,
  lifetimeSeconds: number,
): Promise<string | undefined> {
  const [state] = await db<{ code_verifier: string; created_at: string }[]>`
    delete from auth.oauth_client_states where id = ${id} returning code_verifier, created_at`
  return state === undefined || secondsSince(state.created_at) > lifetimeSeconds
    ? undefined
    : state.code_verifier
}
