import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { randomBytes } from 'node:crypto'
import type { AuthConfig } from './config.ts'
import { AuthProblem, failed, invalid } from './errors.ts'

/** bcrypt looks at no more than this many bytes. */
const MAX_BYTES = 72
/** Rounds of new hashes, as a power of two; upstream's too. */
const COST = 10
/** The least that bcrypt allows. */
const LOWEST_COST = 4
/** No configuration goes below this length. */
const FLOOR = 6

/** Each group is one class of characters of which at least one must occur. */
const REQUIRED_GROUPS: Record<AuthConfig['password_requirements'], string[]> = {
  '': [],
  letters_digits: ['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'],
  lower_upper_letters_digits: ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'],
  lower_upper_letters_digits_symbols: [
    'abcdefghijklmnopqrstuvwxyz',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    '0123456789',
    '!@#$%^&*()_+-=[]{};\'\\:"|<>?,./`~',
  ],
}

/** Why a password is too weak: reasons for programs, a message for people. */
export interface Weakness {
  message: string
  reasons: ('length' | 'characters')[]
}

/** @returns what is wrong with a password, or undefined where it is strong enough */
export function findWeakness(password: string, config: AuthConfig): Weakness | undefined {
  const minimum = Math.max(config.minimum_password_length, FLOOR)
  const reasons: Weakness['reasons'] = []
  const messages: string[] = []
  if (Buffer.byteLength(password) < minimum) {
    reasons.push('length')
    messages.push(`Password should be at least ${minimum} characters.`)
  }
  const groups = REQUIRED_GROUPS[config.password_requirements]
  if (groups.some((group) => ![...password].some((character) => group.includes(character)))) {
    reasons.push('characters')
    messages.push(`Password should contain at least one character of each: ${groups.join(', ')}.`)
  }
  return reasons.length === 0 ? undefined : { message: messages.join(' '), reasons }
}

/** @throws {AuthProblem} 400 for a password bcrypt would cut off, 422 weak_password for a weak one */
export function requireStrength(password: string, config: AuthConfig): void {
  requireHashable(password)
  const weakness = findWeakness(password, config)
  if (weakness === undefined) return
  throw new AuthProblem(422, 'weak_password', weakness.message, {
    weak_password: { reasons: weakness.reasons },
  })
}

/** @throws {AuthProblem} 400 for a password bcrypt would cut off */
export function requireHashable(password: string): void {
  if (Buffer.byteLength(password) > MAX_BYTES) {
    throw invalid(`Password cannot be longer than ${MAX_BYTES} characters`)
  }
}

/** For users who are to sign in otherwise: nobody will ever know it. */
const randomPassword = (): string => randomBytes(24).toString('base64url')

/** Whether text is a hash that `verify` understands: bcrypt, in any of its three spellings. */
export const isSupportedHash = (hash: string): boolean =>
  /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.test(hash)

interface Job {
  resolve: (value: string | boolean) => void
  reject: (error: Error) => void
}

/** Hashes and compares passwords on a thread of its own, so that a sign-in never holds up other requests. */
export class PasswordHasher {
  #worker: Worker | undefined
  #nextId = 0
  readonly #jobs = new Map<number, Job>()

  /** @returns a bcrypt hash */
  async hash(password: string): Promise<string> {
    return await this.#ask({ password, cost: COST }) as string
  }

  /** A hash that no password matches. 192 random bits cannot be guessed, however fast each guess is. */
  async hashRandom(): Promise<string> {
    return await this.#ask({ password: randomPassword(), cost: LOWEST_COST }) as string
  }

  /** @throws {AuthProblem} 500 where the stored text is no hash this service knows */
  async verify(password: string, hash: string): Promise<boolean> {
    if (!isSupportedHash(hash)) throw failed('Error verifying password')
    return await this.#ask({ password, hash }) as boolean
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #ask(question: { password: string } & ({ hash: string } | { cost: number })): Promise<string | boolean> {
    const worker = this.#worker ??= this.#start()
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#jobs.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, ...question })
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./password-worker.mjs', import.meta.url))
    worker.on('message', ({ id, value }: { id: number; value: string | boolean }) => {
      this.#jobs.get(id)?.resolve(value)
      this.#jobs.delete(id)
      if (this.#jobs.size === 0) worker.unref()
    })
    // A thread that dies takes its open questions with it; the next question starts another.
    void once(worker, 'exit').catch(() => {}).then(() => {
      if (this.#worker === worker) this.#worker = undefined
      for (const job of this.#jobs.values()) job.reject(new Error('The password thread ended.'))
      this.#jobs.clear()
    })
    return worker
  }
}
