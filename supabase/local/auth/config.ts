import { z } from 'zod'

/** Units of a Go duration such as `1s`, `24h` or `1h30m`. */
const UNIT_SECONDS: Record<string, number> = {
  ns: 1e-9,
  us: 1e-6,
  'µs': 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/** Go counts nanoseconds in 64 bits: some 292 years. */
const LONGEST_SECONDS = 2 ** 63 / 1e9

/**
 * Reads a Go duration.
 * @returns seconds, or undefined where the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text)
  if (match === null) return undefined
  let seconds = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(amount) * UNIT_SECONDS[unit!]!
  }
  if (seconds > LONGEST_SECONDS) return undefined
  return match[1] === '-' ? -seconds : seconds
}

/** A duration of config.toml, as seconds. */
const duration = (byDefault: string) =>
  z.string().default(byDefault).transform((text, context) => {
    const seconds = text === '' ? 0 : parseDuration(text)
    if (seconds !== undefined) return seconds
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as "1s" or "24h"` })
    return z.NEVER
  })

const Template = z.object({
  subject: z.string().optional(),
  content: z.string().optional(),
  content_path: z.string().optional(),
})

const Notification = Template.extend({ enabled: z.boolean().default(false) })

/** Plain HTTP is for this machine only. */
const HOOK_URI =
  /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(:\d+)?(\/|$)|pg-functions:\/\/[^/]+\/[^/]+\/[^/]+$)/
const HOOK_SECRET = /^v1,whsec_[A-Za-z0-9+/=]{32,88}$/

const Hook = z.object({
  enabled: z.boolean().default(false),
  /** `https://…`, `http://` on this machine, or `pg-functions://<database>/<schema>/<function>`. */
  uri: z.string().default(''),
  /** `v1,whsec_<base64>`, several joined by `|` while a secret is being replaced. Functions in the database need none. */
  secrets: z.string().default(''),
}).superRefine(({ enabled, uri, secrets }, context) => {
  if (!enabled) return
  if (!HOOK_URI.test(uri)) {
    context.addIssue({
      code: 'custom',
      path: ['uri'],
      message: 'must be https://…, http:// on this machine, or pg-functions://<database>/<schema>/<function>',
    })
  } else if (uri.startsWith('http') && !secrets.split('|').every((secret) => HOOK_SECRET.test(secret))) {
    context.addIssue({
      code: 'custom',
      path: ['secrets'],
      message: 'must be formatted as "v1,whsec_<base64>" with at least 32 characters after it',
    })
  }
})

const Factor = z.object({
  enroll_enabled: z.boolean().default(false),
  verify_enabled: z.boolean().default(false),
})

/** One of the SMS providers of config.toml. Only whether it is enabled matters here: texts leave through the hook. */
const SmsProvider = z.looseObject({ enabled: z.boolean().default(false) })

const ExternalProvider = z.looseObject({
  enabled: z.boolean().default(false),
  /** Several, divided by commas, where ID tokens of other clients are accepted, too. */
  client_id: z.string().default(''),
  secret: z.string().default(''),
  /** The issuer; absent stands for the provider on this machine. */
  url: z.string().default(''),
  redirect_uri: z.string().default(''),
  email_optional: z.boolean().default(false),
  skip_nonce_check: z.boolean().default(false),
})

/** The newer name of the switch wins where both are written. */
function preferEnabled<Section extends { enabled?: boolean | undefined; enable_signup: boolean }>(
  section: Section,
): Section {
  return { ...section, enable_signup: section.enabled ?? section.enable_signup }
}

/** What `[auth]` of config.toml may say, with the defaults of `supabase init`. Keys of parts not served are ignored. */
export const AuthConfig = z.object({
  enabled: z.boolean().default(true),
  site_url: z.string().default('http://127.0.0.1:3000'),
  additional_redirect_urls: z.array(z.string()).default(['https://127.0.0.1:3000']),
  /** Lifetime of an access token, in seconds. */
  jwt_expiry: z.number().int().positive().default(3600),
  /** Address of this service in links, where it is not the API's with `/auth/v1`. */
  external_url: z.string().optional(),
  /** The claim `iss`; by default the address of this service. */
  jwt_issuer: z.string().optional(),
  /** A JSON file with an array of private JWKs, relative to the folder of config.toml. */
  signing_keys_path: z.string().optional(),
  enable_refresh_token_rotation: z.boolean().default(true),
  /** How long a refresh token that was used already may be used again, in seconds. */
  refresh_token_reuse_interval: z.number().int().nonnegative().default(10),
  enable_signup: z.boolean().default(true),
  enable_anonymous_sign_ins: z.boolean().default(false),
  enable_manual_linking: z.boolean().default(false),
  minimum_password_length: z.number().int().default(6),
  password_requirements: z.enum([
    '',
    'letters_digits',
    'lower_upper_letters_digits',
    'lower_upper_letters_digits_symbols',
  ]).default(''),
  rate_limit: z.object({
    /** E-mails per hour. Counts only with an SMTP server of one's own, as with the CLI. */
    email_sent: z.number().int().default(2),
    /** Texts per hour. Counts only where phone numbers must be confirmed. */
    sms_sent: z.number().int().default(30),
    /** Per address and hour. */
    anonymous_users: z.number().int().default(30),
    /** Per address and five minutes, as the two below. */
    token_refresh: z.number().int().default(150),
    sign_in_sign_ups: z.number().int().default(30),
    token_verifications: z.number().int().default(30),
  }).prefault({}),
  captcha: z.object({ enabled: z.boolean().default(false) }).prefault({}),
  email: z.object({
    /** Whether e-mail addresses can be used at all; `enable_signup` is its older name. */
    enabled: z.boolean().optional(),
    enable_signup: z.boolean().default(true),
    double_confirm_changes: z.boolean().default(true),
    enable_confirmations: z.boolean().default(false),
    secure_password_change: z.boolean().default(false),
    require_current_password: z.boolean().default(false),
    max_frequency: duration('1s'),
    otp_length: z.number().int().default(6).transform((length) => length >= 6 && length <= 10 ? length : 6),
    /** In seconds. */
    otp_expiry: z.number().int().positive().default(3600),
    template: z.record(z.string(), Template).default({}),
    notification: z.record(z.string(), Notification).default({}),
    smtp: z.object({
      enabled: z.boolean().default(true),
      admin_email: z.string().optional(),
      sender_name: z.string().optional(),
    }).optional(),
  }).prefault({}).transform(preferEnabled),
  sms: z.object({
    /** Whether phone numbers can be used at all; `enable_signup` is its older name. */
    enabled: z.boolean().optional(),
    enable_signup: z.boolean().default(false),
    enable_confirmations: z.boolean().default(false),
    template: z.string().default('Your code is {{ .Code }}'),
    max_frequency: duration('5s'),
    /** Fixed codes by phone number, for tests. Such a number is never texted. */
    test_otp: z.record(z.string(), z.string()).default({}),
    twilio: SmsProvider.optional(),
    twilio_verify: SmsProvider.optional(),
    messagebird: SmsProvider.optional(),
    textlocal: SmsProvider.optional(),
    vonage: SmsProvider.optional(),
  }).prefault({}).transform(preferEnabled),
  sessions: z.object({
    /** Seconds after which a session ends, whatever happens in it; 0 is never. */
    timebox: duration(''),
    /** Seconds without a refresh after which a session ends; 0 is never. */
    inactivity_timeout: duration(''),
  }).prefault({}),
  mfa: z.object({
    max_enrolled_factors: z.number().int().default(10),
    totp: Factor.prefault({}),
    phone: Factor.extend({
      otp_length: z.number().int().default(6).transform((length) => length >= 6 && length <= 10 ? length : 6),
      template: z.string().default('Your code is {{ .Code }}'),
      max_frequency: duration('5s'),
    }).prefault({}),
    web_authn: Factor.prefault({}),
  }).prefault({}),
  hook: z.object({
    send_sms: Hook.prefault({}),
    send_email: Hook.prefault({}),
    custom_access_token: Hook.prefault({}),
    before_user_created: Hook.prefault({}),
    password_verification_attempt: Hook.prefault({}),
    mfa_verification_attempt: Hook.prefault({}),
  }).prefault({}),
  passkey: z.object({ enabled: z.boolean().default(false) }).prefault({}),
  /** Whose passkeys are, and where they may be used. */
  webauthn: z.object({
    rp_id: z.string().optional(),
    rp_display_name: z.string().optional(),
    rp_origins: z.array(z.string()).optional(),
  }).prefault({}),
  /** Not served; whoever switches them on is told so. */
  web3: z.object({
    solana: z.object({ enabled: z.boolean().default(false) }).prefault({}),
    ethereum: z.object({ enabled: z.boolean().default(false) }).prefault({}),
  }).prefault({}),
  /** Only its clients can be managed; what they would talk to is not served. */
  oauth_server: z.object({ enabled: z.boolean().default(false) }).prefault({}),
  external: z.record(z.string(), ExternalProvider).default({}),
})

/** The parsed `[auth]` section. */
export type AuthConfig = z.infer<typeof AuthConfig>

/** One hook's settings. */
export type HookConfig = z.infer<typeof Hook>

/** The hooks this service knows, by their name in config.toml. */
export type HookName = keyof AuthConfig['hook']

/** Phone sign-in is on only if a provider block is enabled too: without one the CLI switches it off, hook or not. */
export function phoneEnabled(config: AuthConfig): boolean {
  const { twilio, twilio_verify, messagebird, textlocal, vonage, enable_signup } = config.sms
  const providers = [twilio, twilio_verify, messagebird, textlocal, vonage]
  return enable_signup && providers.some((provider) => provider?.enabled === true)
}

/** Whose passkeys are: the host of the site, unless config.toml says otherwise. */
export function relyingParty({ webauthn, site_url }: AuthConfig) {
  const { hostname, origin } = new URL(site_url)
  const { rp_id = hostname, rp_display_name = rp_id, rp_origins = [origin] } = webauthn
  return { rp_id, rp_display_name, rp_origins }
}
