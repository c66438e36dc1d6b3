import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type postgres from 'postgres'
import type { JwtSigner, JwtVerifier } from '../jwt.ts'
import { sendJson } from '../http.ts'
import type { Body, Json } from './body.ts'
import type { AuthConfig } from './config.ts'
import { AuthProblem, notServed } from './errors.ts'
import type { Providers } from './external/providers.ts'
import type { Hooks } from './hooks.ts'
import type { AddressLimiter, HourlyCounter, LimitedRequest } from './limits.ts'
import type { Mailer } from './mail/mailer.ts'
import type { PasswordHasher } from './passwords.ts'
import type { RedirectAllowList } from './redirects.ts'
import type { Origin } from './store/sessions.ts'

/** What the service is made of; every flow gets it with the request. */
export interface Auth {
  sql: postgres.Sql
  config: AuthConfig
  /** Address of this service as clients see it (`…/auth/v1`); also the claim `iss` unless configured otherwise. */
  issuer: string
  hooks: Hooks
  mailer: Mailer
  /** Texts sent this hour. */
  texts: HourlyCounter
  passwords: PasswordHasher
  providers: Providers
  signer: JwtSigner
  verifier: JwtVerifier
  redirects: RedirectAllowList
  /** Only where a rate limit header is configured. */
  limiter: AddressLimiter | undefined
  rateLimitHeader: string | undefined
}

/** The audience of users, unless the client or its token says otherwise. */
const DEFAULT_AUDIENCE = 'authenticated'

/** One request, and what the flows need to know of it. */
export class Call {
  readonly query: URLSearchParams
  /** Headers to go with the answer. */
  readonly headers: Record<string, string> = {}

  constructor(
    readonly auth: Auth,
    readonly req: IncomingMessage,
    readonly res: ServerResponse,
    url: URL,
    /** Values of the placeholders in the route's path. */
    readonly params: Record<string, string>,
    readonly body: Body,
  ) {
    this.query = url.searchParams
  }

  get config(): AuthConfig {
    return this.auth.config
  }

  /** Address of the client: of its connection, unless a proxy in front is trusted to name it. */
  get ip(): string {
    const named = this.#namedAddress()
    const address = named !== '' ? named : this.req.socket.remoteAddress ?? '127.0.0.1'
    const plain = address.replace(/^::ffff:/, '').replace(/^\[|\]$/g, '')
    return isIP(plain) === 0 ? '127.0.0.1' : plain
  }

  get origin(): Origin {
    return { userAgent: this.header('user-agent'), ip: this.ip }
  }

  /** Where links of this request lead in the end: what the client asked for, if it is allowed. */
  get redirectTo(): string {
    return this.auth.redirects.choose(
      this.header('redirect_to'),
      this.query.get('redirect_to'),
      this.header('referer'),
    )
  }

  /** Users of other audiences do not exist for this request. */
  audience(claimed?: unknown): string {
    return this.header('x-jwt-aud') || (typeof claimed === 'string' ? claimed : '') || DEFAULT_AUDIENCE
  }

  /** A header's value, or ''. */
  header(name: string): string {
    const value = this.req.headers[name]
    return typeof value === 'string' ? value : value?.[0] ?? ''
  }

  /** Counts this request against its address, where that is configured and the address is known. */
  limit(kind: LimitedRequest): void {
    const address = this.#namedAddress()
    if (address !== '') this.auth.limiter?.take(kind, address)
  }

  /** Stops robots where config.toml wants it. No captcha provider can be asked from here, so nobody passes. */
  requireCaptcha(): void {
    if (!this.config.captcha.enabled) return
    const security = this.body.object('gotrue_meta_security')
    if (!security?.['captcha_token']) {
      throw new AuthProblem(
        400,
        'captcha_failed',
        'captcha protection: request disallowed (no captcha_token found)',
      )
    }
    throw notServed('Captcha verification')
  }

  /** What the rate limit header says, or '' where none is configured or sent. */
  #namedAddress(): string {
    const { rateLimitHeader } = this.auth
    return rateLimitHeader === undefined ? '' : this.header(rateLimitHeader).split(',')[0]!.trim()
  }

  json(status: number, body: Json | Json[]): void {
    sendJson(this.res, status, body, this.headers)
  }

  empty(status: number): void {
    this.res.writeHead(status, this.headers).end()
  }

  redirect(status: 302 | 303, location: string): void {
    this.res.writeHead(status, { ...this.headers, location: asciiUrl(location) }).end()
  }
}

/** A header carries only ASCII; what the allow-list let through may hold more. */
const asciiUrl = (url: string): string => url.replace(/[^\x21-\x7e]+/g, encodeURIComponent)
