import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JWK } from 'jose'
import { BodyTooLarge, readBody } from '../http.ts'
import { listAudit } from './admin/audit.ts'
import { changeFactor, deleteFactor, listUserFactors } from './admin/factors.ts'
import { postGenerateLink, postInvite } from './admin/links.ts'
import {
  changeOAuthClient,
  createOAuthClient,
  deleteOAuthClient,
  renewOAuthClientSecret,
  requireOAuthServer,
  showOAuthClient,
  showOAuthClients,
} from './admin/oauth-clients.ts'
import { changeUser, createUser, deleteUser, listUsers, showUser } from './admin/users.ts'
import { Body } from './body.ts'
import { type Auth, Call } from './context.ts'
import { AuthProblem, logFailure, notServed, sendProblem } from './errors.ts'
import { challengeFactor, enrollFactor, unenrollFactor, verifyFactor } from './flows/factors.ts'
import { unlinkIdentity } from './flows/identities.ts'
import { postLogout } from './flows/logout.ts'
import {
  getHealth,
  getJwks,
  getOpenIdConfiguration,
  getSettings,
  refuseSaml,
  refuseWallet,
  unserved,
} from './flows/misc.ts'
import { getAuthorize, getCallback, getLinkIdentity, grantByIdToken } from './flows/oauth.ts'
import { postMagicLink, postOtp } from './flows/otp.ts'
import {
  deletePasskey,
  deleteUserPasskey,
  getAuthenticationOptions,
  getRegistrationOptions,
  listUserPasskeys,
  renamePasskey,
  showPasskeys,
  verifyAuthentication,
  verifyRegistration,
} from './flows/passkeys.ts'
import { grantByPassword } from './flows/password-grant.ts'
import { grantByAuthCode } from './flows/pkce-grant.ts'
import { getReauthenticate, postRecover, postResend } from './flows/recover.ts'
import { grantByRefreshToken } from './flows/refresh-grant.ts'
import { postSignUp } from './flows/signup.ts'
import { getUser, putUser } from './flows/user.ts'
import { getVerify, postVerify } from './flows/verify.ts'

type Handler = (call: Call) => Promise<void>

interface Route {
  method: string
  path: RegExp
  handler: Handler
  /** GET takes no body; a missing one is bad JSON unless it may be left out. */
  body: 'none' | 'required' | 'optional' | 'ignored'
  /** Whether a captcha guards it, where one is configured. */
  captcha: boolean
}

/** Longest accepted body, in bytes. */
const MAX_BODY = 1024 * 1024

/** What scripts of other origins may read. */
const EXPOSED_HEADERS = 'X-Total-Count, Link, X-Supabase-Api-Version'

const CAPTCHA_PATHS = [
  '/signup',
  '/otp',
  '/magiclink',
  '/recover',
  '/resend',
  '/passkeys/authentication/options',
]

const GRANTS: Record<string, Handler> = {
  password: grantByPassword,
  refresh_token: grantByRefreshToken,
  pkce: grantByAuthCode,
  id_token: grantByIdToken,
  web3: refuseWallet,
}

async function postToken(call: Call): Promise<void> {
  const grant = GRANTS[call.query.get('grant_type') ?? '']
  if (grant === undefined) throw new AuthProblem(400, 'invalid_credentials', 'unsupported_grant_type')
  if (grant === grantByPassword) call.requireCaptcha()
  call.limit('token')
  await grant(call)
}

async function refuseOAuthServer(call: Call): Promise<void> {
  requireOAuthServer(call)
  throw notServed('The OAuth server')
}

/** Everything this service answers. `:name` in a path is a placeholder, `*` the rest of it. */
function routes(signingKeys: JWK[]): Route[] {
  const route = (method: string, path: string, handler: Handler, body?: Route['body']): Route => ({
    method,
    path: pathPattern(path),
    handler,
    body: body ?? (method === 'GET' ? 'none' : 'required'),
    captcha: CAPTCHA_PATHS.includes(path),
  })
  const anyMethod = (path: string, handler: Handler) =>
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => route(method, path, handler, 'ignored'))
  return [
    route('GET', '/health', getHealth),
    route('GET', '/settings', getSettings),
    route('GET', '/.well-known/jwks.json', getJwks(signingKeys)),
    route('GET', '/.well-known/openid-configuration', getOpenIdConfiguration),
    route('POST', '/signup', postSignUp),
    route('POST', '/token', postToken),
    route('POST', '/otp', postOtp),
    route('POST', '/magiclink', postMagicLink),
    route('POST', '/recover', postRecover),
    route('POST', '/resend', postResend),
    route('GET', '/verify', getVerify),
    route('POST', '/verify', postVerify),
    route('POST', '/logout', postLogout, 'ignored'),
    route('GET', '/reauthenticate', getReauthenticate),
    route('GET', '/user', getUser),
    route('PUT', '/user', putUser),
    route('GET', '/user/identities/authorize', getLinkIdentity),
    route('DELETE', '/user/identities/:identity_id', unlinkIdentity, 'ignored'),
    route('POST', '/factors', enrollFactor),
    route('POST', '/factors/:factor_id/challenge', challengeFactor, 'optional'),
    route('POST', '/factors/:factor_id/verify', verifyFactor),
    route('DELETE', '/factors/:factor_id', unenrollFactor, 'ignored'),
    route('POST', '/invite', postInvite),
    route('GET', '/admin/users', listUsers),
    route('POST', '/admin/users', createUser),
    route('GET', '/admin/users/:user_id', showUser),
    route('PUT', '/admin/users/:user_id', changeUser),
    route('DELETE', '/admin/users/:user_id', deleteUser, 'optional'),
    route('GET', '/admin/users/:user_id/factors', listUserFactors),
    route('PUT', '/admin/users/:user_id/factors/:factor_id', changeFactor),
    route('DELETE', '/admin/users/:user_id/factors/:factor_id', deleteFactor, 'ignored'),
    route('GET', '/admin/users/:user_id/passkeys', listUserPasskeys),
    route('DELETE', '/admin/users/:user_id/passkeys/:passkey_id', deleteUserPasskey, 'ignored'),
    route('POST', '/admin/generate_link', postGenerateLink),
    route('GET', '/admin/audit', listAudit),
    route('GET', '/authorize', getAuthorize),
    route('GET', '/callback', getCallback),
    ...anyMethod('/sso*', refuseSaml),
    ...anyMethod('/admin/sso*', unserved('Single sign-on')),
    route('POST', '/passkeys/registration/options', getRegistrationOptions, 'ignored'),
    route('POST', '/passkeys/registration/verify', verifyRegistration),
    route('POST', '/passkeys/authentication/options', getAuthenticationOptions, 'optional'),
    route('POST', '/passkeys/authentication/verify', verifyAuthentication),
    route('GET', '/passkeys', showPasskeys),
    route('PATCH', '/passkeys/:passkey_id', renamePasskey),
    route('DELETE', '/passkeys/:passkey_id', deletePasskey, 'ignored'),
    route('GET', '/admin/oauth/clients', showOAuthClients),
    route('POST', '/admin/oauth/clients', createOAuthClient),
    route('GET', '/admin/oauth/clients/:client_id', showOAuthClient),
    route('PUT', '/admin/oauth/clients/:client_id', changeOAuthClient),
    route('DELETE', '/admin/oauth/clients/:client_id', deleteOAuthClient, 'ignored'),
    route('POST', '/admin/oauth/clients/:client_id/regenerate_secret', renewOAuthClientSecret, 'ignored'),
    ...anyMethod('/oauth*', refuseOAuthServer),
    ...anyMethod('/user/oauth*', refuseOAuthServer),
    ...anyMethod('/admin/custom-providers*', unserved('Sign-in with a custom provider')),
  ]
}

function pathPattern(path: string): RegExp {
  // The wildcard first: what stands for a placeholder has one of its own.
  const source = path.replaceAll('.', '\\.').replace('*', '.*').replace(/:(\w+)/g, '(?<$1>[^/]*)')
  return new RegExp(`^${source}/?$`)
}

/** Finds the flow for a request, and turns whatever it throws into an answer. */
export class Router {
  readonly #routes: Route[]

  constructor(readonly auth: Auth, signingKeys: JWK[]) {
    this.#routes = routes(signingKeys)
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // Without this a browser hides the version, and with it the codes of errors, from the SDK.
    if (req.headers.origin !== undefined) res.setHeader('access-control-expose-headers', EXPOSED_HEADERS)
    try {
      await this.#dispatch(req, res)
    } catch (error) {
      logFailure(req, error)
      sendProblem(req, res, error)
    }
  }

  async #dispatch(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = parseUrl(req.url ?? '/')
    const candidates = this.#routes.filter((route) => route.path.test(url.pathname))
    if (candidates.length === 0) throw new AuthProblem(404, 'not_found', '404 page not found')
    // HEAD is not GET here: a mail scanner that only looks must not spend a link.
    const route = candidates.find((candidate) => candidate.method === req.method)
    if (route === undefined) {
      throw new AuthProblem(405, 'method_not_allowed', `Method ${req.method} is not allowed here`)
    }
    const body = await readRequest(req, route)
    const params = route.path.exec(url.pathname)!.groups ?? {}
    const call = new Call(this.auth, req, res, url, params, body)
    if (route.captcha) call.requireCaptcha()
    await route.handler(call)
  }
}

function parseUrl(target: string): URL {
  // Percent-encoded NUL: Postgres could not compare it with anything.
  if (/%00/.test(target)) {
    throw new AuthProblem(400, 'validation_failed', 'The URL of the request is malformed')
  }
  try {
    return new URL(target.replace(/^\/+/, '/'), 'http://auth')
  } catch {
    throw new AuthProblem(400, 'validation_failed', 'The URL of the request is malformed')
  }
}

async function readRequest(req: IncomingMessage, route: Route): Promise<Body> {
  if (route.body === 'none' || route.body === 'ignored') {
    req.resume()
    return new Body({})
  }
  try {
    const bytes = await readBody(req, MAX_BODY)
    return bytes.length === 0 && route.body === 'optional' ? new Body({}) : Body.parse(bytes)
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error
    throw new AuthProblem(413, 'request_entity_too_large', `Request body is larger than ${MAX_BODY} bytes`)
  }
}
