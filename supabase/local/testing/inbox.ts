import { setTimeout as sleep } from 'node:timers/promises'
import type { Message } from '../sandboxes/inbox.ts'

export type { Message }

/** Which messages to look at. */
export interface MessageFilter {
  to?: string
  channel?: 'email' | 'sms' | 'push'
}

/** Reads the inbox of a platform: what mails and texts it would have sent. */
export class Inbox {
  constructor(readonly url: string) {}

  /** Messages that fit, newest first. */
  async list(filter: MessageFilter = {}): Promise<Message[]> {
    const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]))
    const response = await fetch(`${this.url}/messages?${query}`)
    return await response.json() as Message[]
  }

  /**
   * The newest message that fits, waiting for it.
   * @param after only messages that are not in this list, as `list` gave it before
   */
  async next(filter: MessageFilter, after: Message[] = [], withinMs = 10_000): Promise<Message> {
    const known = new Set(after.map((message) => message.id))
    const deadline = Date.now() + withinMs
    do {
      const message = (await this.list(filter)).find(({ id }) => !known.has(id))
      if (message !== undefined) return message
      await sleep(25)
    } while (Date.now() < deadline)
    throw new Error(`No message ${JSON.stringify(filter)} within ${withinMs} ms.`)
  }

  /** The newest code of six to ten digits that was sent to a phone or an address. */
  async code(to: string, after: Message[] = []): Promise<string> {
    const message = await this.next({ to }, after)
    // What a person sees, and whole words only: a colour in the markup or digits in a link would pass for a code.
    const visible = message.text ?? (message.html ?? '').replace(/<style[^]*?<\/style>|<[^>]*>/g, ' ')
    const code = /\b\d{6,10}\b/.exec(visible)?.[0]
    if (code === undefined) throw new Error(`There is no code in: ${visible}`)
    return code
  }
}
