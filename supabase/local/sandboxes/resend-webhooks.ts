import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

/** Resend goes on for a day; here a developer is waiting. */
const FIRST_RETRY_MS = 250
const ATTEMPTS = 8
const ANSWER_WITHIN_MS = 10_000

/** What happened to a mail. */
export interface MailEvent {
  type: string
  created_at: string
  data: Record<string, unknown>
}

/** Delivers events as Resend does: signed by Svix, at least once (https://resend.com/docs/webhooks/verify-webhooks-requests). */
export class ResendWebhooks {
  #url: string | null
  #key: Buffer
  #closing = new AbortController()

  /**
   * @param url where events go; null delivers nothing
   * @param secret `whsec_<base64>`
   */
  constructor(url: string | null, secret: string) {
    this.#url = url
    this.#key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  }

  send(event: MailEvent): void {
    if (this.#url !== null) void this.#deliver(this.#url, JSON.stringify(event)).catch(() => {})
  }

  close(): void {
    this.#closing.abort()
  }

  async #deliver(url: string, body: string): Promise<void> {
    const id = `msg_${randomUUID()}`
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await pause(attempt === 0 ? 0 : FIRST_RETRY_MS * 2 ** (attempt - 1), undefined, {
        ref: false,
        signal: this.#closing.signal,
      })
      if (await this.#post(url, id, body)) return
    }
  }

  async #post(url: string, id: string, body: string): Promise<boolean> {
    const timestamp = Math.floor(Date.now() / 1000)
    const mac = createHmac('sha256', this.#key).update(`${id}.${timestamp}.${body}`).digest('base64')
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'svix-id': id,
          'svix-timestamp': String(timestamp),
          'svix-signature': `v1,${mac}`,
          'user-agent': 'Svix-Webhooks/1.0',
        },
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      await response.body?.cancel()
      return response.ok
    } catch {
      return false
    }
  }
}
