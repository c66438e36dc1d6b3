import { asProblem, type AuthProblem, OAuthProblem } from '../errors.ts'
import type { SessionJson } from '../tokens.ts'

/** Said when one of two addresses has confirmed. */
export const HALF_DONE = 'Confirmation link accepted. Please proceed to confirm link sent to the other email'

/**
 * Where the link of a mail leads once it was followed.
 * @param result a session; the code of a PKCE flow; undefined when the other address has to confirm, too
 */
export function locationOf(
  target: string,
  result: SessionJson | string | undefined,
  type: string,
  pkce: boolean,
): string {
  if (result === undefined) {
    const fragment = encodeSorted({ message: HALF_DONE, sb: '' })
    return `${pkce ? withQuery(target, { message: HALF_DONE }) : target}#${fragment}`
  }
  if (typeof result === 'string') return withQuery(target, { code: result })
  return `${target}#${
    encodeSorted({
      access_token: result.access_token,
      expires_at: String(result['expires_at']),
      expires_in: String(result['expires_in']),
      refresh_token: result.refresh_token,
      token_type: 'bearer',
      type,
      sb: '',
    })
  }`
}

/** Where somebody goes who has signed in at a provider, with the code of a PKCE flow. */
export const codeLocation = (target: string, code: string): string => withQuery(target, { code })

/** Where somebody goes who has signed in at a provider, with the session itself and the provider's tokens. */
export function sessionLocation(
  target: string,
  session: SessionJson,
  providerTokens: Record<string, string>,
): string {
  return `${target}#${
    encodeSorted({
      ...providerTokens,
      access_token: session.access_token,
      expires_at: String(session['expires_at']),
      expires_in: String(session['expires_in']),
      refresh_token: session.refresh_token,
      token_type: 'bearer',
      sb: '',
    })
  }`
}

/** Refusals that OAuth calls access_denied, whatever their status. */
const DENIALS = ['signup_disabled', 'user_banned', 'provider_email_needs_verification']

/** Where somebody goes whose sign-in at a provider was refused: told in the query and, as once, in the fragment. */
export function refusedLocation(
  target: string,
  refused: unknown,
  { fragment = true }: { fragment?: boolean } = {},
): string {
  const members = refusalMembers(refused)
  const location = withQuery(target, members)
  return fragment ? `${location.split('#')[0]}#${encodeSorted({ ...members, sb: '' })}` : location
}

function refusalMembers(refused: unknown): Record<string, string> {
  if (refused instanceof OAuthProblem) return { error: refused.error, error_description: refused.message }
  const { status, code, message } = asProblem(refused)
  return {
    error: DENIALS.includes(code) ? 'access_denied' : OAUTH_ERRORS[status] ?? 'server_error',
    error_code: code,
    error_description: message,
  }
}

/** What OAuth calls a refusal of each status; others have no name there. */
const OAUTH_ERRORS: Record<number, string> = {
  400: 'invalid_request',
  401: 'unauthorized_client',
  403: 'access_denied',
  500: 'server_error',
  503: 'temporarily_unavailable',
}

/** Where it leads when it is refused. */
export function errorLocation(target: string, problem: AuthProblem, pkce: boolean): string {
  const name = OAUTH_ERRORS[problem.status]
  const members: Record<string, string> = {
    ...(name === undefined ? {} : { error: name }),
    error_code: problem.code,
    error_description: problem.message,
  }
  return `${pkce ? withQuery(target, members) : target}#${encodeSorted({ ...members, sb: '' })}`
}

/** Form-encoded, keys in alphabetical order. */
function encodeSorted(members: Record<string, string>): string {
  const form = new URLSearchParams(members)
  form.sort()
  return form.toString()
}

/** Adds members to the query of a URL that may have one already, and leaves the rest as it is written. */
function withQuery(target: string, members: Record<string, string>): string {
  const [beforeFragment, ...fragment] = target.split('#')
  const [base, ...queries] = beforeFragment!.split('?')
  const query = new URLSearchParams(queries.join('?'))
  for (const [name, value] of Object.entries(members)) query.set(name, value)
  query.sort()
  return `${base}?${query}${fragment.length > 0 ? `#${fragment.join('#')}` : ''}`
}
