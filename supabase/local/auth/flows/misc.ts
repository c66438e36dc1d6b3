import { publicJwk } from '../../keys.ts'
import type { JWK } from 'jose'
import type { Call } from '../context.ts'
import { phoneEnabled } from '../config.ts'
import { AuthProblem, invalid, notServed } from '../errors.ts'
import { PROVIDER_NAMES } from '../external/providers.ts'
import { sendJson } from '../../http.ts'

/** Whose contract is followed: the version that the pinned official CLI runs. */
const VERSION = 'v2.197.0'

/** GET /health */
export async function getHealth(call: Call): Promise<void> {
  call.json(200, {
    version: VERSION,
    name: 'GoTrue',
    description: 'GoTrue is a user registration and authentication API',
  })
}

/** GET /settings */
export async function getSettings(call: Call): Promise<void> {
  const { config } = call
  const providers = PROVIDER_NAMES.map((name) => [name, call.auth.providers.isEnabled(name)])
  call.json(200, {
    external: {
      anonymous_users: config.enable_anonymous_sign_ins,
      ...Object.fromEntries(providers),
      email: config.email.enable_signup,
      phone: phoneEnabled(config),
    },
    disable_signup: !config.enable_signup,
    mailer_autoconfirm: !config.email.enable_confirmations,
    phone_autoconfirm: !config.sms.enable_confirmations,
    sms_provider: smsProvider(call),
    saml_enabled: false,
    saml_private_key_next_configured: false,
    passkeys_enabled: call.config.passkey.enabled,
  })
}

function smsProvider({ config: { sms } }: Call): string {
  const names = ['twilio', 'twilio_verify', 'messagebird', 'textlocal', 'vonage'] as const
  return names.find((name) => sms[name]?.enabled === true) ?? ''
}

/** GET /.well-known/jwks.json: what anybody verifies access tokens with. */
export function getJwks(signingKeys: JWK[]): (call: Call) => Promise<void> {
  const keys = signingKeys.filter((key) => key.kty !== 'oct').map(publicJwk)
  return async (call) => sendJson(call.res, 200, { keys }, { 'cache-control': 'public, max-age=600' })
}

/** GET /.well-known/openid-configuration */
export async function getOpenIdConfiguration(call: Call): Promise<void> {
  const issuer = call.config.jwt_issuer ?? call.auth.issuer
  sendJson(call.res, 200, {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256', 'plain'],
    scopes_supported: ['openid', 'profile', 'email', 'phone'],
    claims_supported: [
      'sub',
      'aud',
      'iss',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'email',
      'email_verified',
      'phone_number',
      'phone_number_verified',
      'name',
      'picture',
      'preferred_username',
      'updated_at',
    ],
  }, { 'cache-control': 'public, max-age=600' })
}

/** POST /token?grant_type=web3: wallets are off unless config.toml switches them on, and then not served here. */
export async function refuseWallet(call: Call): Promise<void> {
  const chain = call.body.string('chain')
  if (chain !== 'solana' && chain !== 'ethereum') throw invalid('Unsupported chain')
  if (call.config.web3[chain].enabled) throw notServed(`Sign-in with a wallet (${chain})`)
  throw new AuthProblem(422, 'web3_provider_disabled', 'Web3 provider is disabled')
}

/** Answers 501 for a whole feature. */
export const unserved = (what: string) => async (): Promise<void> => {
  throw notServed(what)
}

/** Single sign-on by SAML is off: the same answer as a project that has not switched it on. */
export async function refuseSaml(): Promise<void> {
  throw new AuthProblem(404, 'saml_provider_disabled', 'SAML 2.0 is disabled')
}
