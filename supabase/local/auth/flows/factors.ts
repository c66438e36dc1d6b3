import { randomUUID } from 'node:crypto'
import { renderSVG } from 'uqr'
import { type Bearer, isUuid, requireUser } from '../bearer.ts'
import { badJson } from '../body.ts'
import type { Call } from '../context.ts'
import { AuthProblem, failed, invalid, notServed } from '../errors.ts'
import { hookMetadata } from '../hooks.ts'
import { requireInterval } from '../limits.ts'
import { parsePhone, testOtp } from '../sms.ts'
import { secretsEqual } from '../../jwt.ts'
import { audit } from '../store/audit.ts'
import { type Db, transaction } from '../store/database.ts'
import { type FactorRow, listFactors } from '../store/factors.ts'
import { makeOtp } from '../store/one-time-tokens.ts'
import { addAmrClaim, insertRefreshToken, type SessionRow } from '../store/sessions.ts'
import { findUser, lockUser, renderUser, type UserRow } from '../store/users.ts'
import { now, secondsSince } from '../times.ts'
import { renderSession } from '../tokens.ts'
import { makeTotpSecret, totpMatches, totpUri } from '../totp.ts'

/** How long a challenge can be answered, in seconds. */
const CHALLENGE_LIFETIME = 300
/** A factor that was never challenged is forgotten after this many seconds. */
const ABANDONED_AFTER = 300
const MAX_VERIFIED = 10

/** How a factor in use shows in the claim `amr`. */
const METHODS = { totp: 'totp', phone: 'mfa/phone', webauthn: 'mfa/webauthn' } as const

/** The parts of config.toml and of error codes that belong to each type. */
const TYPES = {
  totp: { setting: 'totp', code: 'totp', name: 'TOTP' },
  phone: { setting: 'phone', code: 'phone', name: 'Phone' },
  webauthn: { setting: 'web_authn', code: 'webauthn', name: 'WebAuthn' },
} as const

async function requireFactorUser(call: Call): Promise<Bearer & { session: SessionRow }> {
  call.limit('factor')
  const bearer = await requireUser(call)
  if (bearer.claims['is_anonymous'] === true) {
    throw new AuthProblem(
      403,
      'no_authorization',
      'Anonymous user not allowed to perform these actions',
    )
  }
  const { session } = bearer
  if (session === undefined) {
    throw new AuthProblem(403, 'session_not_found', 'A session is needed for multi-factor authentication')
  }
  return { ...bearer, session }
}

/** The factor a path names, if it is this user's. */
export async function requireFactor(call: Call, db: Db, userId: string): Promise<FactorRow> {
  const id = call.params['factor_id'] ?? ''
  if (!isUuid(id)) throw new AuthProblem(404, 'validation_failed', 'factor_id must be an UUID')
  const factors = await listFactors(db, userId)
  const factor = factors.find((candidate) => candidate.id === id.toLowerCase())
  if (factor === undefined) throw new AuthProblem(404, 'mfa_factor_not_found', 'Factor not found')
  return factor
}

/** POST /factors */
export async function enrollFactor(call: Call): Promise<void> {
  const { user, session } = await requireFactorUser(call)
  const { body, config } = call
  const type = body.string('factor_type')
  if (type !== 'totp' && type !== 'phone' && type !== 'webauthn') {
    throw invalid('factor_type needs to be totp, phone, or webauthn')
  }
  const { setting, code, name } = TYPES[type]
  if (!config.mfa[setting].enroll_enabled) {
    throw new AuthProblem(422, `mfa_${code}_enroll_not_enabled`, `MFA enroll is disabled for ${name}`)
  }
  if (type === 'webauthn') throw notServed('WebAuthn')
  const friendlyName = body.string('friendly_name')
  const phone = type === 'phone' ? parsePhone(body.string('phone')) : undefined
  if (type === 'totp' && !user.email) throw failed('Error generating QR Code')
  const enrolled = await transaction(call.auth.sql, async (db) => {
    await lockUser(db, user.id)
    await requireMayEnroll(call, db, user, session, friendlyName, phone)
    const factor = await insertFactor(db, user.id, type, friendlyName, phone)
    await audit(db, user, 'factor_in_progress', call.ip, { factor_id: factor.id, factor_type: type })
    return factor
  })
  call.json(200, {
    id: enrolled.id,
    type,
    friendly_name: friendlyName,
    ...(type === 'phone' ? { phone } : { totp: totpSetup(call, user.email!, enrolled) }),
  })
}

async function requireMayEnroll(
  call: Call,
  db: Db,
  user: UserRow,
  session: SessionRow,
  friendlyName: string,
  phone: string | undefined,
): Promise<void> {
  await db`
    delete from auth.mfa_factors
    where status = 'unverified'
      and created_at < now() - make_interval(secs => ${ABANDONED_AFTER})
      and not exists (select from auth.mfa_challenges where factor_id = mfa_factors.id)`
  const factors = await listFactors(db, user.id)
  if (phone !== undefined) {
    const same = factors.find((factor) => factor.factor_type === 'phone' && factor.phone === phone)
    if (same?.status === 'verified') {
      throw new AuthProblem(
        422,
        'mfa_verified_factor_exists',
        'A verified phone factor already exists, unenroll the existing factor to continue',
      )
    }
    if (same !== undefined) await db`delete from auth.mfa_factors where id = ${same.id}`
  }
  const others = factors.filter((factor) => phone === undefined || factor.phone !== phone)
  if (others.some((factor) => (factor.friendly_name ?? '') === friendlyName)) {
    throw new AuthProblem(
      422,
      'mfa_factor_name_conflict',
      `A factor with the friendly name ${JSON.stringify(friendlyName)} for this user already exists`,
    )
  }
  const verified = others.filter((factor) => factor.status === 'verified').length
  if (others.length >= call.config.mfa.max_enrolled_factors || verified >= MAX_VERIFIED) {
    throw new AuthProblem(
      422,
      'too_many_enrolled_mfa_factors',
      'Maximum number of verified factors reached, unenroll to continue',
    )
  }
  if (verified > 0 && session.aal !== 'aal2') {
    throw new AuthProblem(403, 'insufficient_aal', 'AAL2 required to enroll a new factor')
  }
}

async function insertFactor(
  db: Db,
  userId: string,
  type: 'totp' | 'phone',
  friendlyName: string,
  phone: string | undefined,
): Promise<FactorRow> {
  const at = now()
  const [factor] = await db<FactorRow[]>`
    insert into auth.mfa_factors ${
    db({
      id: randomUUID(),
      user_id: userId,
      friendly_name: friendlyName,
      factor_type: type,
      status: 'unverified',
      created_at: at,
      updated_at: at,
      secret: type === 'totp' ? makeTotpSecret() : null,
      phone: phone ?? null,
    })
  } returning *`
  return factor!
}

/** What an authenticator app needs: the secret, as text, as address and as picture. */
function totpSetup(call: Call, email: string, factor: FactorRow) {
  const issuer = call.body.string('issuer') || new URL(call.config.site_url).host
  const uri = totpUri(factor.secret!, issuer, email)
  return { qr_code: renderSVG(uri), secret: factor.secret, uri }
}

interface ChallengeRow {
  id: string
  created_at: string
  verified_at: string | null
  ip_address: string
  otp_code: string | null
}

function requireVerifyEnabled(call: Call, factor: FactorRow): void {
  const { setting, code, name } = TYPES[factor.factor_type]
  if (call.config.mfa[setting].verify_enabled) return
  throw new AuthProblem(422, `mfa_${code}_verify_not_enabled`, `MFA verification is disabled for ${name}`)
}

/** POST /factors/{id}/challenge */
export async function challengeFactor(call: Call): Promise<void> {
  const { user } = await requireFactorUser(call)
  const challenge = await transaction(call.auth.sql, async (db) => {
    const factor = await requireFactor(call, db, user.id)
    requireVerifyEnabled(call, factor)
    if (factor.factor_type === 'webauthn') throw notServed('WebAuthn')
    const otp = factor.factor_type === 'phone' ? await textChallenge(call, db, user, factor) : null
    const at = now()
    const [row] = await db<ChallengeRow[]>`
      insert into auth.mfa_challenges (id, factor_id, created_at, ip_address, otp_code)
      values (${randomUUID()}, ${factor.id}, ${at}, ${call.ip}, ${otp}) returning *`
    await db`update auth.mfa_factors set last_challenged_at = clock_timestamp() where id = ${factor.id}`
    await audit(db, user, 'challenge_created', call.ip, {
      factor_id: factor.id,
      factor_status: factor.status,
    })
    return {
      id: row!.id,
      type: factor.factor_type,
      expires_at: Math.floor(Date.parse(row!.created_at) / 1000) + CHALLENGE_LIFETIME,
    }
  })
  call.json(200, challenge)
}

/** Texts the code of a phone factor. @returns the code */
async function textChallenge(call: Call, db: Db, user: UserRow, factor: FactorRow): Promise<string> {
  const { max_frequency: interval, otp_length: digits } = call.config.mfa.phone
  requireInterval(factor.last_challenged_at, interval, 'over_sms_send_rate_limit')
  const fixed = testOtp(call, factor.phone!)
  if (fixed !== undefined) return fixed
  if (!call.auth.hooks.isEnabled('send_sms')) {
    throw new AuthProblem(422, 'sms_send_failed', 'Error sending message: no Send SMS hook is enabled')
  }
  const otp = makeOtp(digits)
  await call.auth.hooks.call('send_sms', db, {
    ...hookMetadata('send-sms', call.ip),
    user: await renderUser(db, user),
    sms: { otp, phone: factor.phone, sms_type: 'mfa' },
  })
  return otp
}

/** POST /factors/{id}/verify: lifts this session to aal2 and ends the user's weaker ones. */
export async function verifyFactor(call: Call): Promise<void> {
  const { user, session } = await requireFactorUser(call)
  const [challengeId, code] = [call.body.string('challenge_id'), call.body.string('code')]
  if (!isUuid(challengeId)) throw badJson('member challenge_id must be a UUID')
  const answer = await transaction(call.auth.sql, async (db) => {
    // Turns are taken per user, so that a challenge is answered once.
    await lockUser(db, user.id)
    const factor = await requireFactor(call, db, user.id)
    requireVerifyEnabled(call, factor)
    if (code === '') throw invalid('Code needs to be non-empty')
    await requireRightAnswer(call, db, user, factor, challengeId, code)
    await audit(db, user, 'verification_attempted', call.ip, {
      factor_id: factor.id,
      challenge_id: challengeId,
      factor_type: factor.factor_type,
    })
    await db`update auth.mfa_challenges set verified_at = ${now()} where id = ${challengeId}`
    if (factor.status === 'unverified') {
      await db`update auth.mfa_factors set status = 'verified', updated_at = ${now()} where id = ${factor.id}`
      await call.auth.mailer.notify(db, 'mfa_factor_enrolled', user, call.ip, {
        FactorType: factor.factor_type,
      })
    }
    return await raiseSession(call, db, user, session, factor)
  })
  call.json(200, answer)
}

async function requireRightAnswer(
  call: Call,
  db: Db,
  user: UserRow,
  factor: FactorRow,
  challengeId: string,
  code: string,
): Promise<void> {
  const [challenge] = await db<ChallengeRow[]>`
    select * from auth.mfa_challenges where id = ${challengeId} and factor_id = ${factor.id}`
  if (challenge === undefined) {
    throw new AuthProblem(
      422,
      'mfa_factor_not_found',
      'MFA factor with the provided challenge ID not found',
    )
  }
  if (challenge.verified_at !== null || challenge.ip_address !== call.ip) {
    throw new AuthProblem(422, 'mfa_ip_address_mismatch', 'Challenge and verify IP addresses mismatch.')
  }
  if (secondsSince(challenge.created_at) > CHALLENGE_LIFETIME) {
    throw new AuthProblem(
      422,
      'mfa_challenge_expired',
      `MFA challenge ${challengeId} has expired, verify against another challenge or create a new challenge.`,
    )
  }
  const right = factor.factor_type === 'totp'
    ? totpMatches(code, factor.secret ?? '')
    : secretsEqual(code, challenge.otp_code ?? '')
  await askVerificationHook(call, db, user, factor, right)
  if (!right) {
    throw new AuthProblem(
      422,
      'mfa_verification_failed',
      factor.factor_type === 'totp' ? 'Invalid TOTP code entered' : 'Invalid MFA Phone code entered',
    )
  }
}

/** The hook may refuse, for example after too many wrong codes. */
async function askVerificationHook(
  call: Call,
  db: Db,
  user: UserRow,
  factor: FactorRow,
  valid: boolean,
): Promise<void> {
  if (!call.auth.hooks.isEnabled('mfa_verification_attempt')) return
  const answer = await call.auth.hooks.call('mfa_verification_attempt', db, {
    user_id: user.id,
    factor_id: factor.id,
    factor_type: factor.factor_type,
    valid,
  })
  if (answer['decision'] !== 'reject') return
  const message = answer['message']
  throw new AuthProblem(
    403,
    'mfa_verification_rejected',
    typeof message === 'string' && message !== ''
      ? message
      : 'Further MFA verification attempts will be rejected.',
  )
}

async function raiseSession(call: Call, db: Db, user: UserRow, session: SessionRow, factor: FactorRow) {
  await addAmrClaim(db, session.id, METHODS[factor.factor_type])
  const [raised] = await db<SessionRow[]>`
    update auth.sessions set aal = 'aal2', factor_id = ${factor.id}, updated_at = ${now()}
    where id = ${session.id} returning *`
  if (raised === undefined) {
    throw new AuthProblem(403, 'session_not_found', 'Session from session_id claim in JWT does not exist')
  }
  await db`delete from auth.sessions where user_id = ${user.id} and id <> ${session.id} and aal = 'aal1'`
  await db`
    delete from auth.mfa_factors
    where user_id = ${user.id} and status = 'unverified' and factor_type = ${factor.factor_type}`
  const [active] = await db<{ token: string }[]>`
    update auth.refresh_tokens set revoked = true, updated_at = ${now()}
    where session_id = ${session.id} and revoked = false returning token`
  const token = await insertRefreshToken(db, user.id, session.id, active?.token ?? null)
  const current = (await findUser(db, user.id))!
  return await renderSession(call, db, current, raised, token, METHODS[factor.factor_type])
}

/** DELETE /factors/{id} */
export async function unenrollFactor(call: Call): Promise<void> {
  const { user, session } = await requireFactorUser(call)
  const id = await transaction(call.auth.sql, async (db) => {
    await lockUser(db, user.id)
    const factor = await requireFactor(call, db, user.id)
    if (factor.status === 'verified' && session.aal !== 'aal2') {
      throw new AuthProblem(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor')
    }
    await removeFactor(db, factor)
    await audit(db, user, 'factor_unenrolled', call.ip, {
      factor_id: factor.id,
      factor_status: factor.status,
      session_id: session.id,
    })
    await call.auth.mailer.notify(db, 'mfa_factor_unenrolled', user, call.ip, {
      FactorType: factor.factor_type,
    })
    return factor.id
  })
  call.json(200, { id })
}

/** Removes a factor; sessions that rest on it fall back to aal1. */
export async function removeFactor(db: Db, factor: FactorRow): Promise<void> {
  await db`
    delete from auth.mfa_amr_claims
    where authentication_method = ${METHODS[factor.factor_type]}
      and session_id in (select id from auth.sessions where factor_id = ${factor.id})`
  await db`
    update auth.sessions set aal = 'aal1', factor_id = null, updated_at = ${now()}
    where factor_id = ${factor.id}`
  await db`delete from auth.mfa_factors where id = ${factor.id}`
}
