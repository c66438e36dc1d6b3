import { createECDH, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'
import { makeOwnerOnly, OWNER_ONLY_FILE } from './owner-only.ts'
import { signJwtWithSecret, type VerificationKeys } from './jwt.ts'

/** Every secret of one local platform. Made at first start, kept in its data folder, never in the repository. */
export interface Keys {
  /** Opaque API key for frontends (`sb_publishable_…`); stands for the role anon. */
  publishableKey: string
  /** Opaque API key for servers (`sb_secret_…`); stands for the role service_role. */
  secretKey: string
  /** The shared HS256 secret behind the two legacy keys and signed Storage URLs. */
  jwtSecret: string
  /** Legacy anon key: a JWT signed with `jwtSecret`. */
  anonJwt: string
  /** Legacy service_role key: a JWT signed with `jwtSecret`. */
  serviceRoleJwt: string
  /** Private signing keys of Auth; the first one signs. */
  signingKeys: JWK[]
  /** Password of every login role of the platform, except `postgres`. */
  databasePassword: string
  /** Secret that Auth signs its Send SMS hook calls with (`v1,whsec_…`). */
  sendSmsHookSecret: string
  /** API key that the Stripe sandbox accepts (`sk_test_…`). */
  stripeSecretKey: string
  /** Secret that the Stripe sandbox signs its webhooks with (`whsec_…`). */
  stripeWebhookSecret: string
  /** Account and token that the Twilio sandbox accepts. */
  twilioAccountSid: string
  twilioAuthToken: string
  /** API key that the Resend sandbox accepts. */
  resendApiKey: string
  /** Secret that the Resend sandbox signs its webhooks with (`whsec_<base64>`). */
  resendWebhookSecret: string
  /** Key pair that messages to browsers are signed with (VAPID): a point of P-256 and its secret, base64url. */
  vapidPublicKey: string
  vapidPrivateKey: string
  /** Key of the vault: 32 bytes, hex. */
  vaultKey: string
  /** What the address of the database editor carries: whoever has it owns the database. */
  studioToken: string
}

/** Legacy keys are valid for ten years, as the platform's are. */
const LEGACY_KEY_LIFETIME_SECONDS = 10 * 365 * 24 * 3600

/** A key of config.toml. An `env(NAME)` that nothing stands for is none: everybody could guess it. */
const configuredKey = z.string().optional().transform((key) =>
  /^env\(.*\)$/.test(key ?? '') ? undefined : key
)

/** Keys that `[auth]` of config.toml may set, as with the CLI; each is made at first start unless it is there. */
export const ConfiguredKeys = z.object({
  jwt_secret: configuredKey.refine(
    (key) => key === undefined || key.length >= 16,
    'must have at least 16 characters',
  ),
  anon_key: configuredKey,
  service_role_key: configuredKey,
  publishable_key: configuredKey,
  secret_key: configuredKey,
})

/** Issuer and expiry (seconds since 1970) of the CLI's legacy keys: with its secret they are the well-known ones. */
const DEMO = { iss: 'supabase-demo', exp: 1_983_812_996 }

/** These keys with those that config.toml sets in their places. A secret of one's own signs the legacy keys anew. */
export async function withConfigured(keys: Keys, set: z.output<typeof ConfiguredKeys>): Promise<Keys> {
  const { jwt_secret: jwtSecret } = set
  const legacyKey = async (role: string, made: string) =>
    jwtSecret === undefined
      ? made
      : await signJwtWithSecret({ iss: DEMO.iss, role, exp: DEMO.exp }, jwtSecret)
  return {
    ...keys,
    jwtSecret: jwtSecret ?? keys.jwtSecret,
    anonJwt: set.anon_key ?? await legacyKey('anon', keys.anonJwt),
    serviceRoleJwt: set.service_role_key ?? await legacyKey('service_role', keys.serviceRoleJwt),
    publishableKey: set.publishable_key ?? keys.publishableKey,
    secretKey: set.secret_key ?? keys.secretKey,
  }
}

/** Makes a complete set of fresh keys. */
export async function generateKeys(): Promise<Keys> {
  const jwtSecret = token(32)
  const issuedAt = Math.floor(Date.now() / 1000)
  const legacyKey = (role: string) =>
    signJwtWithSecret(
      { iss: 'supabase', ref: 'local', role, iat: issuedAt, exp: issuedAt + LEGACY_KEY_LIFETIME_SECONDS },
      jwtSecret,
    )
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const signingKey: JWK = {
    ...(await exportJWK(privateKey)),
    kid: randomUUID(),
    alg: 'ES256',
    use: 'sig',
    key_ops: ['sign', 'verify'],
  }
  const vapid = createECDH('prime256v1')
  vapid.generateKeys()
  return {
    publishableKey: `sb_publishable_${opaque(22)}_${opaque(8)}`,
    secretKey: `sb_secret_${opaque(22)}_${opaque(8)}`,
    jwtSecret,
    anonJwt: await legacyKey('anon'),
    serviceRoleJwt: await legacyKey('service_role'),
    signingKeys: [signingKey],
    databasePassword: token(24),
    sendSmsHookSecret: `v1,whsec_${randomBytes(32).toString('base64')}`,
    stripeSecretKey: `sk_test_${alphanumeric(48)}`,
    stripeWebhookSecret: `whsec_${alphanumeric(32)}`,
    twilioAccountSid: `AC${randomBytes(16).toString('hex')}`,
    twilioAuthToken: randomBytes(16).toString('hex'),
    resendApiKey: `re_${alphanumeric(32)}`,
    resendWebhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    vapidPublicKey: vapid.getPublicKey('base64url'),
    // A secret that begins with zeros is written at its full length.
    vapidPrivateKey: Buffer.from(vapid.getPrivateKey('hex').padStart(64, '0'), 'hex').toString('base64url'),
    vaultKey: randomBytes(32).toString('hex'),
    studioToken: token(24),
  }
}

/**
 * Reads the keys from `file`, or makes them and writes the file, readable by its owner only. A key that a file of an
 * earlier version does not have is made and added.
 */
export async function loadKeys(file: string): Promise<Keys> {
  await makeOwnerOnly(file)
  const made = await generateKeys()
  const kept = await readKept(file)
  if (kept !== undefined && Object.keys(made).every((name) => name in kept)) return kept as Keys
  const keys = { ...made, ...kept }
  await mkdir(dirname(file), { recursive: true })
  // Written beside and renamed, so that an interrupted first start never leaves half a file.
  await writeFile(`${file}.new`, JSON.stringify(keys, null, 2), { mode: OWNER_ONLY_FILE })
  await rename(`${file}.new`, file)
  return keys
}

async function readKept(file: string): Promise<Partial<Keys> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Keys>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

/** What tokens of this platform are verified with: Auth's public keys, and the shared secret. */
export function verificationKeys(keys: Keys): VerificationKeys {
  const shared: JWK = { kty: 'oct', k: Buffer.from(keys.jwtSecret).toString('base64url'), alg: 'HS256' }
  return { keys: [...keys.signingKeys.map(publicJwk), shared] }
}

/** The public half of a signing key, as `/.well-known/jwks.json` shows it. */
export function publicJwk(key: JWK): JWK {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, oth: _oth, ...rest } = key
  return { ...rest, key_ops: ['verify'], use: 'sig' }
}

const token = (bytes: number) => randomBytes(bytes).toString('base64url')
const opaque = (length: number) => token(length).slice(0, length)
const alphanumeric = (length: number) =>
  randomBytes(length * 2).toString('base64').replace(/[^A-Za-z0-9]/g, '').slice(0, length)
