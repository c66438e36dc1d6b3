import { createHmac, randomUUID } from 'node:crypto'
import type { AuthConfig, HookConfig, HookName } from './config.ts'
import type { Json } from './body.ts'
import { AuthProblem, failed, isUnavailable } from './errors.ts'
import type { Db } from './store/database.ts'
import { now } from './times.ts'

/** All attempts of one call together, in milliseconds. */
const BUDGET_MS = 5_000
const ATTEMPTS = 3
/** Pause after an attempt that never got an answer, in milliseconds. */
const PAUSE_MS = 2_000
const MAX_ANSWER_BYTES = 200 * 1024
/** A hook in the database gets this long, in milliseconds. */
const SQL_BUDGET_MS = 2_000

/** Calls the hooks of config.toml: HTTP with Standard Webhooks signatures, or a function in the database. */
export class Hooks {
  readonly #hooks: AuthConfig['hook']

  constructor(hooks: AuthConfig['hook']) {
    this.#hooks = hooks
  }

  isEnabled(name: HookName): boolean {
    return this.#hooks[name].enabled
  }

  /**
   * Calls a hook and returns its answer.
   * @param db the transaction the call belongs to; the caller rolls it back when this throws
   * @throws {AuthProblem} what the hook answered, or why it could not be called
   */
  async call(name: HookName, db: Db, payload: Json): Promise<Json> {
    const hook = this.#hooks[name]
    const answer = hook.uri.startsWith('pg-functions:')
      ? await callFunction(db, hook.uri, payload)
      : await callHttp(hook, payload)
    const refusal = answer['error']
    if (refusal !== null && typeof refusal === 'object') {
      const { http_code: status, message } = refusal as { http_code?: unknown; message?: unknown }
      // An error without a message counts as success, as upstream has it.
      if (typeof message === 'string' && message !== '') {
        const known = typeof status === 'number' && status >= 400 && status <= 599 ? status : 500
        throw new AuthProblem(known, 'unexpected_failure', message)
      }
    }
    return answer
  }
}

/** What every hook's payload begins with; `uuid` stays the same when a call is repeated. */
export const hookMetadata = (name: string, ip: string): Json => ({
  metadata: { uuid: randomUUID(), time: now(), name, ip_address: ip },
})

async function callFunction(db: Db, uri: string, payload: Json): Promise<Json> {
  const match = /^pg-functions:\/\/[^/]+\/([^/]+)\/([^/]+)$/.exec(uri)
  if (match === null) throw failed(`The hook ${uri} names no function`)
  const [schema, name] = [match[1]!, match[2]!]
  try {
    await db`select set_config('statement_timeout', ${String(SQL_BUDGET_MS)}, true)`
    const [row] = await db<{ answer: Json | null }[]>`
      select ${db(schema)}.${db(name)}(${db.json(payload as never)}::jsonb) as answer`
    await db`select set_config('statement_timeout', '0', true)`
    return row?.answer ?? {}
  } catch (error) {
    if ((error as { code?: string }).code === '57014') {
      throw new AuthProblem(422, 'hook_timeout', 'Failed to reach hook within maximum time')
    }
    if (isUnavailable(error)) throw error
    throw failed('Error invoking hook', error)
  }
}

async function callHttp(hook: HookConfig, payload: Json): Promise<Json> {
  const body = JSON.stringify(payload)
  const deadline = AbortSignal.timeout(BUDGET_MS)
  for (let attempt = 1;; attempt++) {
    let answer: Response
    try {
      answer = await fetch(hook.uri, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'accept-encoding': 'identity',
          ...signature(hook, body),
        },
        signal: deadline,
        redirect: 'manual',
      })
    } catch {
      if (deadline.aborted) {
        throw new AuthProblem(
          422,
          'hook_timeout',
          'Failed to reach hook within maximum time of 5.000000 seconds',
        )
      }
      if (attempt === ATTEMPTS) {
        throw new AuthProblem(422, 'hook_timeout_after_retry', 'Failed to reach hook after maximum retries')
      }
      await pause(PAUSE_MS, deadline)
      continue
    }
    const retryable = answer.status === 429 || answer.status === 503
    if (retryable && answer.headers.has('retry-after') && attempt < ATTEMPTS) {
      await answer.body?.cancel()
      continue
    }
    return await readAnswer(answer)
  }
}

async function readAnswer(answer: Response): Promise<Json> {
  switch (answer.status) {
    case 200:
    case 202:
      return await readJson(answer)
    case 204:
      return {}
    case 400:
      throw failed('Invalid payload sent to hook')
    case 401:
      throw failed('Hook requires authorization token')
    case 429:
    case 503:
      throw failed('Service currently unavailable due to hook')
    default:
      throw failed(`Unexpected status code returned from hook: ${answer.status}`)
  }
}

async function readJson(answer: Response): Promise<Json> {
  const type = answer.headers.get('content-type') ?? ''
  if (type.split(';')[0]!.trim().toLowerCase() !== 'application/json') {
    throw new AuthProblem(
      400,
      'hook_payload_invalid_content_type',
      'Invalid JSON response. Received content-type: ' + type,
    )
  }
  try {
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (bytes.length > MAX_ANSWER_BYTES) {
      throw new AuthProblem(
        422,
        'hook_payload_over_size_limit',
        `Payload size exceeded size limit of ${MAX_ANSWER_BYTES} bytes`,
      )
    }
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (value === null || typeof value !== 'object') throw new Error('not an object')
    return value as Json
  } catch (error) {
    if (error instanceof AuthProblem) throw error
    if ((error as Error).name === 'TimeoutError') {
      throw new AuthProblem(
        422,
        'hook_timeout',
        'Failed to reach hook within maximum time of 5.000000 seconds',
      )
    }
    throw failed('Error unmarshaling JSON output.', error)
  }
}

/** The three headers of Standard Webhooks, made afresh for every attempt. */
function signature({ secrets }: HookConfig, body: string): Record<string, string> {
  const id = randomUUID()
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signatures = secrets.split('|').filter((secret) => secret.startsWith('v1,whsec_')).map((secret) => {
    const key = Buffer.from(secret.slice('v1,whsec_'.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(', ') }
}

/** Waits, but not beyond the deadline. */
function pause(ms: number, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      deadline.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    deadline.addEventListener('abort', done)
  })
}
