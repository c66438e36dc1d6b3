import { isUuid, requireAdmin } from '../bearer.ts'
import type { Call } from '../context.ts'
import { AuthProblem, invalid } from '../errors.ts'
import {
  type ClientType,
  findOAuthClient,
  hashClientSecret,
  insertOAuthClient,
  listOAuthClients,
  newClientSecret,
  oauthClientJson,
  type OAuthClientPatch,
  type OAuthClientRow,
  updateOAuthClient,
} from '../store/oauth-clients.ts'
import { now } from '../times.ts'

const GRANT_TYPES = ['authorization_code', 'refresh_token']
const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post']
const MOST_REDIRECTS = 10
const LONGEST_NAME = 1024
const LONGEST_URI = 2048

/** Plain HTTP never leaves this machine. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
/** What a browser would run or show instead of calling an application. */
const FORBIDDEN_SCHEMES = ['javascript:', 'data:', 'file:', 'vbscript:', 'about:', 'blob:']

/** POST /admin/oauth/clients. The secret is told here and never again. */
export async function createOAuthClient(call: Call): Promise<void> {
  await requireManager(call)
  const wish = readWish(call)
  if (wish.redirect_uris === undefined) throw invalid('redirect_uris is required')
  const { type, method } = chooseType(call)
  const secret = type === 'confidential' ? newClientSecret() : undefined
  const client = await insertOAuthClient(call.auth.sql, {
    redirect_uris: wish.redirect_uris,
    grant_types: wish.grant_types || GRANT_TYPES.join(','),
    client_name: wish.client_name ?? null,
    client_uri: wish.client_uri ?? null,
    logo_uri: wish.logo_uri ?? null,
    client_type: type,
    token_endpoint_auth_method: method,
    client_secret_hash: secret === undefined ? null : hashClientSecret(secret),
  })
  call.json(201, oauthClientJson(client, secret))
}

/** GET /admin/oauth/clients */
export async function showOAuthClients(call: Call): Promise<void> {
  await requireManager(call)
  const clients = await listOAuthClients(call.auth.sql)
  call.json(200, clients.length === 0 ? {} : { clients: clients.map((client) => oauthClientJson(client)) })
}

/** GET /admin/oauth/clients/{client_id} */
export async function showOAuthClient(call: Call): Promise<void> {
  await requireManager(call)
  call.json(200, oauthClientJson(await requireClient(call)))
}

/** PUT /admin/oauth/clients/{client_id}: what is not named stays. */
export async function changeOAuthClient(call: Call): Promise<void> {
  await requireManager(call)
  const { id } = await requireClient(call)
  const wish = readWish(call)
  if (Object.keys(wish).length === 0) throw invalid('No fields provided for update')
  if (wish.grant_types === '') throw invalid('grant_types cannot be empty')
  call.json(200, oauthClientJson(await updateOAuthClient(call.auth.sql, id, wish) ?? notFound()))
}

/** DELETE /admin/oauth/clients/{client_id} */
export async function deleteOAuthClient(call: Call): Promise<void> {
  await requireManager(call)
  const { id } = await requireClient(call)
  await updateOAuthClient(call.auth.sql, id, { deleted_at: now() })
  call.empty(204)
}

/** POST /admin/oauth/clients/{client_id}/regenerate_secret: the old secret is worth nothing from here on. */
export async function renewOAuthClientSecret(call: Call): Promise<void> {
  await requireManager(call)
  const { id, client_type } = await requireClient(call)
  if (client_type === 'public') throw invalid('Cannot regenerate secret for public client')
  const secret = newClientSecret()
  const patch = { client_secret_hash: hashClientSecret(secret) }
  call.json(200, oauthClientJson(await updateOAuthClient(call.auth.sql, id, patch) ?? notFound(), secret))
}

/** Answers everything of the OAuth server where it is switched off. */
export function requireOAuthServer(call: Call): void {
  if (!call.config.oauth_server.enabled) {
    throw new AuthProblem(404, 'feature_disabled', 'OAuth server is disabled')
  }
}

async function requireManager(call: Call): Promise<void> {
  await requireAdmin(call)
  requireOAuthServer(call)
}

async function requireClient(call: Call): Promise<OAuthClientRow> {
  const id = call.params['client_id'] ?? ''
  if (id === '') throw invalid('client_id is required')
  if (!isUuid(id)) throw invalid('invalid client_id format')
  return await findOAuthClient(call.auth.sql, id) ?? notFound()
}

function notFound(): never {
  throw new AuthProblem(404, 'oauth_client_not_found', 'OAuth client not found')
}

/** The members that a registration and a change have in common, checked; absent ones stay absent. */
function readWish({ body }: Call): OAuthClientPatch {
  const wish: OAuthClientPatch = {}
  const redirects = body.strings('redirect_uris')
  if (redirects !== undefined) wish.redirect_uris = checkRedirects(redirects).join(',')
  const grants = body.strings('grant_types')
  if (grants !== undefined) wish.grant_types = checkGrants(grants).join(',')
  const name = body.optionalString('client_name')
  if (name !== undefined) {
    if (name.length > LONGEST_NAME) throw invalid(`client_name cannot exceed ${LONGEST_NAME} characters`)
    wish.client_name = name
  }
  for (const member of ['client_uri', 'logo_uri'] as const) {
    const uri = body.optionalString(member)
    if (uri === undefined) continue
    if (uri.length > LONGEST_URI) throw invalid(`${member} cannot exceed ${LONGEST_URI} characters`)
    if (uri !== '' && !uri.startsWith('/') && !URL.canParse(uri)) {
      throw invalid(`${member} must be a valid URL`)
    }
    wish[member] = uri
  }
  return wish
}

function checkRedirects(uris: string[]): string[] {
  if (uris.length === 0) throw invalid('redirect_uris cannot be empty')
  if (uris.length > MOST_REDIRECTS) throw invalid(`redirect_uris cannot exceed ${MOST_REDIRECTS} items`)
  for (const uri of uris) {
    const fault = faultOfRedirect(uri)
    if (fault !== undefined) throw invalid(`invalid redirect_uri '${uri}': ${fault}`)
  }
  return uris
}

function faultOfRedirect(uri: string): string | undefined {
  if (uri === '') return 'redirect URI cannot be empty'
  if (!URL.canParse(uri)) return 'must have scheme'
  const { protocol, hostname, hash } = new URL(uri)
  // They are stored in one text, joined by commas.
  if (uri.includes(',')) return 'invalid URL format'
  if (hash !== '' || uri.endsWith('#')) return 'fragment not allowed in redirect URI'
  if (FORBIDDEN_SCHEMES.includes(protocol)) return 'scheme is not allowed'
  if (protocol === 'http:' && !LOOPBACK.includes(hostname)) return 'HTTP scheme only allowed for localhost'
  return undefined
}

function checkGrants(types: string[]): string[] {
  if (types.some((type) => !GRANT_TYPES.includes(type))) {
    throw invalid("grant_types must only contain 'authorization_code' and/or 'refresh_token'")
  }
  return types
}

/** Either of the two members decides the other; named both, they must agree. */
function chooseType({ body }: Call): { type: ClientType; method: string } {
  const type = body.string('client_type')
  const method = body.string('token_endpoint_auth_method')
  if (type !== '' && type !== 'public' && type !== 'confidential') {
    throw invalid("client_type must be 'public' or 'confidential'")
  }
  if (method !== '' && !AUTH_METHODS.includes(method)) {
    throw invalid(`token_endpoint_auth_method must be one of: [${AUTH_METHODS.join(' ')}]`)
  }
  const implied = method === '' ? undefined : method === 'none' ? 'public' : 'confidential'
  if (type !== '' && implied !== undefined && type !== implied) {
    throw invalid(
      `client_type '${type}' is inconsistent with token_endpoint_auth_method '${method}' (expected client_type '${implied}')`,
    )
  }
  const chosen = type !== '' ? type : implied ?? 'confidential'
  return {
    type: chosen,
    method: method !== '' ? method : chosen === 'public' ? 'none' : 'client_secret_basic',
  }
}
