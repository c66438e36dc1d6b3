import { createHash, randomBytes } from 'node:crypto'
import { isUuid, requireUser } from '../bearer.ts'
import type { Call } from '../context.ts'
import { AuthProblem, failed, logFailure, OAuthProblem } from '../errors.ts'
import { accountOf, askBeforeCreating, linkIdentity, type Refused } from '../external/accounts.ts'
import type { ExternalSignIn, Profile, Provider } from '../external/provider.ts'
import { type Db, transaction } from '../store/database.ts'
import {
  deleteFlow,
  findFlow,
  type FlowStateRow,
  insertOAuthFlow,
  parseCodeChallenge,
  takeClientState,
} from '../store/flow-states.ts'
import { findUser, type UserRow } from '../store/users.ts'
import { now, secondsSince } from '../times.ts'
import { openSession, type SessionJson } from '../tokens.ts'
import { codeLocation, refusedLocation, sessionLocation } from './landing.ts'
import { isTaken } from './signup.ts'

/** How long somebody may take to sign in at the provider, in seconds. */
const LIFETIME = 300

/** Sign-ins of one person at several providers at once meet this often, at most. */
const ATTEMPTS = 5

/** What the service itself says to a provider; a client cannot say it instead. */
const RESERVED = [
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'code',
  'code_challenge',
  'code_challenge_method',
  'code_verifier',
  'grant_type',
  'scope',
]
/** What only this service reads. */
const OWN = ['provider', 'scopes', 'redirect_to', 'skip_http_redirect', 'invite_token']

/** GET /authorize: sends a browser to the provider. */
export async function getAuthorize(call: Call): Promise<void> {
  call.redirect(302, await beginSignIn(call))
}

/** GET /user/identities/authorize: the same, to add an identity to who is signed in. */
export async function getLinkIdentity(call: Call): Promise<void> {
  const { user } = await requireUser(call)
  if (!call.config.enable_manual_linking) {
    throw new AuthProblem(404, 'manual_linking_disabled', 'Manual linking is disabled')
  }
  const url = await beginSignIn(call, user)
  if (call.query.get('skip_http_redirect') === 'true') call.json(200, { url })
  else call.redirect(302, url)
}

async function beginSignIn(call: Call, target?: UserRow): Promise<string> {
  const { query } = call
  const provider = call.auth.providers.get(query.get('provider') ?? '')
  const challenge = parseCodeChallenge(
    query.get('code_challenge') ?? '',
    query.get('code_challenge_method') ?? '',
  )
  const verifier = randomBytes(32).toString('base64url')
  const state = await transaction(call.auth.sql, (db) =>
    insertOAuthFlow(db, {
      provider: provider.name,
      verifier,
      challenge,
      referrer: call.redirectTo,
      linkingTargetId: target?.id,
      emailOptional: provider.settings.email_optional,
    }))
  const ours = (name: string) => OWN.includes(name) || RESERVED.includes(name.toLowerCase())
  return await provider.authorizationUrl({
    state,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    scopes: query.get('scopes') ?? '',
    more: Object.fromEntries([...query].filter(([name]) => !ours(name))),
  })
}

/** GET /callback: somebody comes back from the provider. Whatever goes wrong is told to the page that began it. */
export async function getCallback(call: Call): Promise<void> {
  let flow: FlowStateRow
  try {
    flow = await loadFlow(call)
  } catch (error) {
    return call.redirect(303, refusedLocation(call.config.site_url, error, { fragment: false }))
  }
  const target = flow.referrer || call.config.site_url
  try {
    call.redirect(302, await completeSignIn(call, flow, target))
  } catch (error) {
    logFailure(call.req, error)
    call.redirect(302, refusedLocation(target, error))
  }
}

async function loadFlow(call: Call): Promise<FlowStateRow> {
  const state = call.query.get('state') ?? ''
  if (state === '') throw new AuthProblem(400, 'bad_oauth_callback', 'OAuth state parameter missing')
  if (!isUuid(state)) throw new AuthProblem(400, 'bad_oauth_state', 'OAuth state parameter is invalid')
  const flow = await findFlow(call.auth.sql, state)
  if (flow === undefined || flow.authentication_method !== 'oauth') {
    throw new AuthProblem(400, 'bad_oauth_state', 'OAuth state not found or expired')
  }
  if (secondsSince(flow.created_at) > LIFETIME) {
    throw new AuthProblem(400, 'bad_oauth_state', 'OAuth state has expired')
  }
  requireUnused(flow)
  return flow
}

function requireUnused(flow: FlowStateRow): void {
  if (flow.user_id !== null) {
    throw new AuthProblem(400, 'flow_state_already_used', 'State has already been used')
  }
}

async function completeSignIn(call: Call, flow: FlowStateRow, target: string): Promise<string> {
  const { query } = call
  const refused = query.get('error')
  if (refused) throw new OAuthProblem(refused, query.get('error_description') ?? '')
  const code = query.get('code') ?? ''
  if (code === '') {
    throw new AuthProblem(
      400,
      'bad_oauth_callback',
      'OAuth callback with missing authorization code missing',
    )
  }
  const provider = call.auth.providers.get(flow.provider_type)
  const verifier = await takeClientState(call.auth.sql, flow.oauth_client_state_id, LIFETIME)
  if (verifier === undefined) {
    throw new AuthProblem(422, 'oauth_client_state_not_found', 'OAuth state not found')
  }
  const external = await provider.signIn(code, verifier)
  requireEmail(provider, external.profile)
  if (flow.linking_target_id === null) await askBeforeCreating(call, provider.name, external.profile)
  const result = await settle(call, (db) => enterFlow(call, db, flow, provider, external))
  if (typeof result === 'string') return codeLocation(target, result)
  return sessionLocation(target, result, {
    provider_token: external.accessToken,
    ...(external.refreshToken === undefined ? {} : { provider_refresh_token: external.refreshToken }),
  })
}

/** A session; or, in a PKCE flow, the code that the page trades for one. */
async function enterFlow(
  call: Call,
  db: Db,
  { id, provider_type: name }: FlowStateRow,
  provider: Provider,
  { profile, accessToken, refreshToken }: ExternalSignIn,
): Promise<SessionJson | string | Refused> {
  // Under its lock a flow is good for one sign-in, however many callbacks carry it.
  const flow = await findFlow(db, id, { lock: true })
  if (flow === undefined) throw new AuthProblem(400, 'bad_oauth_state', 'OAuth state not found or expired')
  requireUnused(flow)
  const user = flow.linking_target_id === null
    ? await accountOf(call, db, name, provider.settings.email_optional, profile)
    : await linkIdentity(call, db, await requireTarget(db, flow.linking_target_id), name, profile)
  if ('refusal' in user) return user
  if (flow.auth_code === null) {
    await deleteFlow(db, flow.id)
    return await openSession(call, db, user, 'oauth')
  }
  await db`
    update auth.flow_state set ${
    db({
      user_id: user.id,
      provider_access_token: accessToken,
      provider_refresh_token: refreshToken ?? '',
      auth_code_issued_at: now(),
      updated_at: now(),
    })
  } where id = ${flow.id}`
  return flow.auth_code
}

async function requireTarget(db: Db, id: string): Promise<string> {
  if (await findUser(db, id) === undefined) {
    throw new AuthProblem(422, 'user_not_found', 'Linking target user not found')
  }
  return id
}

function requireEmail(provider: Provider, profile: Profile): void {
  if (profile.email === undefined && !provider.settings.email_optional) {
    throw failed('Error getting user email from external provider')
  }
}

/** Runs a sign-in; one that is refused keeps what was done for it, such as the mail that asks for a confirmation. */
async function settle<Result extends SessionJson | string>(
  call: Call,
  step: (db: Db) => Promise<Result | Refused>,
): Promise<Result> {
  const result = await retrying(() => transaction<Result | Refused>(call.auth.sql, step))
  if (typeof result === 'object' && 'refusal' in result) throw (result as Refused).refusal
  return result as Result
}

/** Somebody else was first with this address or identity (a double click): goes on as if this one had come later. */
async function retrying<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await run()
    } catch (error) {
      const cause = error instanceof AuthProblem ? error.cause : error
      if (attempt === ATTEMPTS || !isTaken(cause)) throw error
    }
  }
}

/** POST /token?grant_type=id_token: signs in by an ID token that the client got from the provider by itself. */
export async function grantByIdToken(call: Call): Promise<void> {
  const { body } = call
  const [name, token] = [body.string('provider').toLowerCase(), body.string('id_token')]
  if (token === '') throw new OAuthProblem('invalid request', 'id_token required')
  const [clientId, issuer] = [body.string('client_id'), body.string('issuer')]
  if (name === '' && (clientId === '' || issuer === '')) {
    throw new OAuthProblem('invalid request', 'provider or client_id and issuer required')
  }
  const linking = body.boolean('link_identity')
  if (linking && call.header('authorization') === '') {
    throw new OAuthProblem('invalid request', 'Linking requires a valid user access token in Authorization')
  }
  const target = linking ? (await requireUser(call)).user : undefined
  if (!call.auth.providers.isEnabled(name)) {
    throw new AuthProblem(
      400,
      'provider_disabled',
      `Provider (issuer ${JSON.stringify(issuer || ISSUERS[name] || name)}) is not enabled`,
    )
  }
  const provider = call.auth.providers.get(name)
  const profile = await readIdToken(provider, token, body.string('nonce'))
  requireEmail(provider, profile)
  if (target === undefined) await askBeforeCreating(call, name, profile)
  const session = await settle<SessionJson>(call, async (db) => {
    const user = target === undefined
      ? await accountOf(call, db, name, provider.settings.email_optional, profile)
      : await linkIdentity(call, db, target.id, name, profile)
    return 'refusal' in user ? user : await openSession(call, db, user, 'oauth')
  })
  call.json(200, session)
}

/** Who signs the ID tokens of each provider, for the message. */
const ISSUERS: Record<string, string> = {
  google: 'https://accounts.google.com',
  apple: 'https://appleid.apple.com',
  facebook: 'https://www.facebook.com',
  kakao: 'https://kauth.kakao.com',
}

async function readIdToken(provider: Provider, token: string, nonce: string): Promise<Profile> {
  const { profile, claims } = await provider.readIdToken(token)
  const audience = [claims.aud ?? []].flat()
  if (!provider.clientIds.some((id) => audience.includes(id))) {
    throw new OAuthProblem('invalid request', `Unacceptable audience in id_token: [${audience.join(' ')}]`)
  }
  if (provider.settings.skip_nonce_check) return profile
  const expected = typeof claims['nonce'] === 'string' ? claims['nonce'] : ''
  if ((expected === '') !== (nonce === '')) {
    throw new OAuthProblem(
      'invalid request',
      'Passed nonce and nonce in id_token should either both exist or not.',
    )
  }
  if (nonce !== '' && createHash('sha256').update(nonce).digest('hex') !== expected) {
    throw new OAuthProblem('invalid nonce', 'Nonces mismatch')
  }
  return profile
}
