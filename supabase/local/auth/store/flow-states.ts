import { createHash, randomUUID } from 'node:crypto'
import { secretsEqual } from '../../jwt.ts'
import { invalid } from '../errors.ts'
import { now } from '../times.ts'
import type { Db } from './database.ts'

/** A row of auth.flow_state: what a PKCE flow must remember between its two requests. */
export interface FlowStateRow {
  id: string
  user_id: string | null
  auth_code: string | null
  code_challenge_method: 's256' | 'plain'
  code_challenge: string
  authentication_method: string
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
  return secretsEqual(challenge, flow.code_challenge)
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
