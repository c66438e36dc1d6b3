import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { BodyTooLarge, readBody, sendJson } from '../../http.ts'
import { escape, page, sendPage } from '../page.ts'
import { claimsOf, PEOPLE, type Person, personIn } from './people.ts'

/** Where the provider is found under the sandboxes' address; its paths are Keycloak's. */
export const OPENID_PATH = '/openid'
const PROTOCOL = `${OPENID_PATH}/protocol/openid-connect`

const KEY_ID = 'sandbox'
const LARGEST_FORM = 16 * 1024

/** How long codes and tokens are valid, in seconds. */
const CODE_LIFETIME = 60
const TOKEN_LIFETIME = 3600

/** More codes or tokens than this are not remembered; the oldest go. */
const REMEMBERED = 1000

/** What a client asked for when it sent somebody here. */
interface Request {
  clientId: string
  redirectUri: string
  responseType: string
  scope: string
  state: string | null
  nonce: string | null
  challenge: string | null
  challengeMethod: string
}

/** Somebody who has signed in for a client. */
interface Grant {
  person: Person
  request: Request
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** A request that cannot be answered, in OAuth's words. */
class OAuthError extends Error {
  constructor(readonly error: string, description: string, readonly status = 400) {
    super(description)
  }
}

/**
 * An OpenID Connect provider without passwords: a page asks who signs in, and whoever is chosen is believed.
 * Authorization code with PKCE, ID tokens in the fragment, discovery, keys, user info, refresh.
 */
export class OpenIdSandbox {
  readonly #issuer: () => string
  readonly #privateKey: CryptoKey
  readonly #publicKey: JWK
  readonly #codes = new Map<string, Grant>()
  readonly #accessTokens = new Map<string, Grant>()
  readonly #refreshTokens = new Map<string, Grant>()

  private constructor(issuer: () => string, privateKey: CryptoKey, publicKey: JWK) {
    this.#issuer = issuer
    this.#privateKey = privateKey
    this.#publicKey = publicKey
  }

  /** @param url the sandboxes' address, known once they listen */
  static async open(url: () => string): Promise<OpenIdSandbox> {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }
    return new OpenIdSandbox(() => `${url()}${OPENID_PATH}`, privateKey, jwk)
  }

  /** Whether this path is the sandbox's. */
  serves(path: string): boolean {
    return path.startsWith(`${OPENID_PATH}/`)
  }

  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    // Front ends may speak with a provider themselves.
    res.setHeader('access-control-allow-origin', '*')
    try {
      await this.#dispatch(req, res, url)
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendJson(res, 413, { error: 'invalid_request' })
      if (!(error instanceof OAuthError)) throw error
      sendJson(res, error.status, { error: error.error, error_description: error.message })
    }
  }

  async #dispatch(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const { pathname } = url
    if (pathname === `${OPENID_PATH}/.well-known/openid-configuration`) {
      return sendJson(res, 200, this.#discovery())
    }
    if (pathname === `${PROTOCOL}/certs`) return sendJson(res, 200, { keys: [this.#publicKey] })
    if (pathname === `${PROTOCOL}/auth`) {
      return req.method === 'POST' ? await this.#decide(req, res, url) : ask(res, requestIn(url.searchParams))
    }
    if (pathname === `${PROTOCOL}/token` && req.method === 'POST') return await this.#exchange(req, res)
    if (pathname === `${PROTOCOL}/userinfo`) return this.#userInfo(req, res)
    throw new OAuthError('not_found', `Nothing is served at ${pathname}.`, 404)
  }

  #discovery(): Record<string, unknown> {
    const base = `${this.#issuer()}/protocol/openid-connect`
    return {
      issuer: this.#issuer(),
      authorization_endpoint: `${base}/auth`,
      token_endpoint: `${base}/token`,
      userinfo_endpoint: `${base}/userinfo`,
      jwks_uri: `${base}/certs`,
      response_types_supported: ['code', 'id_token'],
      response_modes_supported: ['query', 'fragment'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256', 'plain'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      claims_supported: ['sub', 'name', 'given_name', 'family_name', 'email', 'email_verified'],
    }
  }

  /** Somebody was chosen on the page, or nobody: back to the client. */
  async #decide(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const request = requestIn(url.searchParams)
    const person = personIn(await readForm(req))
    const members = person === undefined
      ? { error: 'access_denied', error_description: 'Nobody was chosen to sign in.' }
      : await this.#grant({ person, request, expiresAt: Date.now() + CODE_LIFETIME * 1000 })
    const answer = new URLSearchParams(members)
    if (request.state !== null) answer.set('state', request.state)
    const target = new URL(request.redirectUri)
    if (request.responseType === 'code') {
      for (const [name, value] of answer) target.searchParams.set(name, value)
    } else {
      target.hash = answer.toString()
    }
    res.writeHead(303, { location: target.href, 'cache-control': 'no-store' }).end()
  }

  async #grant(grant: Grant): Promise<Record<string, string>> {
    if (grant.request.responseType === 'id_token') return { id_token: await this.#idToken(grant) }
    return { code: remember(this.#codes, grant) }
  }

  async #exchange(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = await readForm(req)
    const grant = form.get('grant_type') === 'refresh_token'
      ? take(this.#refreshTokens, form.get('refresh_token'))
      : this.#redeem(form)
    if (grant === undefined) {
      throw new OAuthError('invalid_grant', 'The code or token is not valid, or was used.')
    }
    if (clientIn(req, form) !== grant.request.clientId) {
      throw new OAuthError('invalid_client', 'The code was given to another client.', 401)
    }
    const lasting = { ...grant, expiresAt: Date.now() + TOKEN_LIFETIME * 1000 }
    const accessToken = remember(this.#accessTokens, lasting)
    sendJson(res, 200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME,
      refresh_token: remember(this.#refreshTokens, { ...lasting, expiresAt: Infinity }),
      scope: grant.request.scope,
      id_token: await this.#idToken(grant, accessToken),
    }, { 'cache-control': 'no-store' })
  }

  #redeem(form: URLSearchParams): Grant | undefined {
    if (form.get('grant_type') !== 'authorization_code') {
      throw new OAuthError('unsupported_grant_type', 'authorization_code and refresh_token are served.')
    }
    const grant = take(this.#codes, form.get('code'))
    if (grant === undefined) return undefined
    const { redirectUri, challenge, challengeMethod } = grant.request
    if (form.get('redirect_uri') !== redirectUri) {
      throw new OAuthError('invalid_grant', 'The redirect_uri is not the one the code was asked with.')
    }
    const verifier = form.get('code_verifier') ?? ''
    const answer = challengeMethod === 'S256' ? digest(verifier) : verifier
    if (challenge !== null && answer !== challenge) {
      throw new OAuthError('invalid_grant', 'The code_verifier does not fit the code_challenge.')
    }
    return grant
  }

  #userInfo(req: IncomingMessage, res: ServerResponse): void {
    const token = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1]
    const grant = token === undefined ? undefined : this.#accessTokens.get(token)
    if (grant === undefined || grant.expiresAt < Date.now()) {
      throw new OAuthError('invalid_token', 'The access token is not valid.', 401)
    }
    sendJson(res, 200, claimsOf(grant.person), { 'cache-control': 'no-store' })
  }

  async #idToken({ person, request }: Grant, accessToken?: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return await new SignJWT({
      ...claimsOf(person),
      iss: this.#issuer(),
      aud: request.clientId,
      iat: now,
      exp: now + TOKEN_LIFETIME,
      auth_time: now,
      ...(request.nonce === null ? {} : { nonce: request.nonce }),
      ...(accessToken === undefined ? {} : { at_hash: halfDigest(accessToken) }),
    }).setProtectedHeader({ alg: 'RS256', kid: KEY_ID, typ: 'JWT' }).sign(this.#privateKey)
  }
}

/** Reads what a client asks for. @throws {OAuthError} shown here: there is nobody yet to send it back to */
function requestIn(query: URLSearchParams): Request {
  const [clientId, redirectUri] = [query.get('client_id') ?? '', query.get('redirect_uri') ?? '']
  const responseType = query.get('response_type') ?? 'code'
  if (clientId === '') throw new OAuthError('invalid_request', 'client_id is missing.')
  if (!URL.canParse(redirectUri) || /^(javascript|data|vbscript):/i.test(redirectUri)) {
    throw new OAuthError('invalid_request', 'redirect_uri is missing, or no address.')
  }
  if (responseType !== 'code' && responseType !== 'id_token') {
    throw new OAuthError('unsupported_response_type', 'The response types are code and id_token.')
  }
  return {
    clientId,
    redirectUri,
    responseType,
    scope: query.get('scope') ?? 'openid',
    state: query.get('state'),
    nonce: query.get('nonce'),
    challenge: query.get('code_challenge'),
    challengeMethod: query.get('code_challenge_method') ?? 'plain',
  }
}

/** The page on which a developer chooses who signs in. */
function ask(res: ServerResponse, { clientId }: Request): void {
  const people = PEOPLE.map(({ name, email, emailVerified }, index) => {
    const note = email === undefined ? 'no e-mail' : `${email}${emailVerified ? '' : ', not verified'}`
    return `<button name="person" value="${index}">${escape(name)}<small>${escape(note)}</small></button>`
  })
  sendPage(
    res,
    200,
    page(
      'Who signs in?',
      `<p>This page stands for an account provider. <b>${escape(clientId)}</b> asks who you are.</p>
    <form method="post" class="list">${people.join('')}</form>
    <form method="post" class="list">
      <input name="name" placeholder="Somebody else's name" required>
      <input name="email" type="email" placeholder="E-mail">
      <label><input type="checkbox" name="verified" checked> the provider has verified the e-mail</label>
      <button class="primary">Sign in</button>
    </form>
    <form method="post"><button name="person" value="none">Cancel</button></form>`,
    ),
  )
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(req, LARGEST_FORM)).toString('utf8'))
}

/** Which client calls; any secret is right. */
function clientIn(req: IncomingMessage, form: URLSearchParams): string {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1]
  if (basic === undefined) return form.get('client_id') ?? ''
  const [id = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return new URLSearchParams(`id=${id}`).get('id') ?? ''
}

function remember(grants: Map<string, Grant>, grant: Grant): string {
  const key = randomBytes(24).toString('base64url')
  grants.set(key, grant)
  if (grants.size > REMEMBERED) grants.delete(grants.keys().next().value!)
  return key
}

/** Gives a grant out once. */
function take(grants: Map<string, Grant>, key: string | null): Grant | undefined {
  const grant = key === null ? undefined : grants.get(key)
  if (grant === undefined) return undefined
  grants.delete(key!)
  return grant.expiresAt < Date.now() ? undefined : grant
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

/** The left half of a digest, which is how an ID token names the access token beside it. */
const halfDigest = (text: string) =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
