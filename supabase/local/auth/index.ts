import process from 'node:process'
import type { Database } from '../database.ts'
import { JwtSigner, JwtVerifier } from '../jwt.ts'
import { type Keys, verificationKeys } from '../keys.ts'
import type { Service } from '../service.ts'
import type { AuthConfig } from './config.ts'
import type { Auth } from './context.ts'
import { Providers } from './external/providers.ts'
import { Hooks } from './hooks.ts'
import { AddressLimiter, HourlyCounter } from './limits.ts'
import { loadTemplates, Mailer, type SendMail } from './mail/mailer.ts'
import { PasswordHasher } from './passwords.ts'
import { RedirectAllowList } from './redirects.ts'
import { Router } from './router.ts'
import { openPool } from './store/database.ts'

export { AuthConfig } from './config.ts'
export { readSigningKeys } from './signing-keys.ts'

/** What the service is started with. */
export interface AuthOptions {
  database: Database
  /** The first of `signingKeys` signs; with `signing_keys_path` they come from `readSigningKeys`. */
  keys: Keys
  /** `[auth]` of config.toml. */
  config: AuthConfig
  /** Where the gateway answers, without a path: `http://127.0.0.1:54321`. */
  apiUrl: string
  sendMail: SendMail
  /** Issuer of the OpenID Connect provider on this machine, which stands for every provider without a `url`. */
  openIdUrl?: string
  /** Where relative template paths start: the project's root. By default the working directory. */
  projectDirectory?: string
  /**
   * Header that names the client's address, if the gateway sets one that can be believed. Without it nothing is
   * limited per address, as with the CLI.
   */
  rateLimitHeader?: string
}

/** E-mails per hour without an SMTP server of one's own: as good as no limit. */
const UNLIMITED_EMAILS = 360_000
const FIVE_MINUTES = 300
const HOUR = 3_600
const BURST = 30

/** Starts the Auth service: GoTrue's HTTP API over the tables of schema `auth`. */
export async function startAuth(options: AuthOptions): Promise<Service> {
  const { config, keys, apiUrl } = options
  const signingKey = keys.signingKeys[0]
  if (signingKey === undefined) throw new Error('Auth needs a signing key.')
  const issuer = (config.external_url || `${apiUrl.replace(/\/$/, '')}/auth/v1`).replace(/\/$/, '')
  const hooks = new Hooks(config.hook)
  const templates = await loadTemplates(config, options.projectDirectory ?? process.cwd())
  const sql = openPool(options.database)
  const auth: Auth = {
    sql,
    config,
    issuer,
    hooks,
    mailer: new Mailer({
      config,
      issuer,
      hooks,
      templates,
      sendMail: options.sendMail,
      counter: new HourlyCounter(emailLimit(config)),
    }),
    texts: new HourlyCounter(config.rate_limit.sms_sent),
    passwords: new PasswordHasher(),
    providers: new Providers(config, options.openIdUrl, `${issuer}/callback`),
    signer: new JwtSigner(signingKey),
    verifier: new JwtVerifier(verificationKeys(keys)),
    redirects: new RedirectAllowList(config.site_url, config.additional_redirect_urls),
    limiter: options.rateLimitHeader === undefined ? undefined : addressLimiter(config),
    rateLimitHeader: options.rateLimitHeader?.toLowerCase(),
  }
  const router = new Router(auth, keys.signingKeys)
  const running = new Set<Promise<void>>()
  return {
    handle(req, res) {
      const answer = router.handle(req, res).finally(() => running.delete(answer))
      running.add(answer)
      return answer
    },
    async close() {
      await Promise.allSettled(running)
      await Promise.allSettled([sql.end({ timeout: 5 }), auth.passwords.close()])
    },
  }
}

/** Where nothing needs confirming no mail is worth limiting, and without one's own SMTP server none leaves. */
function emailLimit(config: AuthConfig): number {
  const counts = config.email.enable_confirmations && config.email.smtp?.enabled === true
  return counts ? config.rate_limit.email_sent : UNLIMITED_EMAILS
}

function addressLimiter({ rate_limit: limits }: AuthConfig): AddressLimiter {
  const signIns = { limit: limits.sign_in_sign_ups, seconds: FIVE_MINUTES, burst: BURST }
  return new AddressLimiter({
    otp: signIns,
    magiclink: signIns,
    recover: signIns,
    resend: signIns,
    signup: signIns,
    user: signIns,
    token: { limit: limits.token_refresh, seconds: FIVE_MINUTES, burst: BURST },
    verify: { limit: limits.token_verifications, seconds: FIVE_MINUTES, burst: BURST },
    anonymous: { limit: limits.anonymous_users, seconds: HOUR, burst: limits.anonymous_users },
    factor: { limit: 15, seconds: 60, burst: BURST },
  })
}
