import { createHmac, randomBytes } from 'node:crypto'
import { secretsEqual } from '../jwt.ts'

/** Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, 6 digits, 30 s. */
const PERIOD_SECONDS = 30
const DIGITS = 6
/** Codes of this many neighbouring periods are accepted too: clocks differ. */
const WINDOW = 1
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A fresh secret: 160 bits as 32 characters of base32. */
export function makeTotpSecret(): string {
  return Array.from(randomBytes(32), (byte) => ALPHABET[byte & 31]).join('')
}

/** What an authenticator app scans. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?algorithm=SHA1&digits=${DIGITS}&issuer=${encodeURIComponent(issuer)}` +
    `&period=${PERIOD_SECONDS}&secret=${secret}`
}

/** The code of a secret at an instant in Unix seconds. */
export function totpCode(secret: string, at: number = Date.now() / 1000): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / PERIOD_SECONDS)))
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = digest[digest.length - 1]! & 0xf
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** Whether a code is right now, or was a moment ago. */
export function totpMatches(code: string, secret: string): boolean {
  const at = Date.now() / 1000
  let matches = false
  for (let step = -WINDOW; step <= WINDOW; step++) {
    if (secretsEqual(code, totpCode(secret, at + step * PERIOD_SECONDS))) matches = true
  }
  return matches
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = []
  let [bits, value] = [0, 0]
  for (const character of text) {
    value = (value << 5 | ALPHABET.indexOf(character)) & 0xffff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push(value >> bits & 0xff)
  }
  return Buffer.from(bytes)
}
