import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

/** Something that goes wrong on purpose with the next requests to a provider. */
export const Fault = z.strictObject({
  /** Which requests: `POST /v1/refunds`. A `*` stands for anything. */
  match: z.string().regex(/^[A-Z*]+ [/*]\S*$/, 'a method and a path, such as "POST /v1/refunds"'),
  /** How many requests it hits. */
  times: z.number().int().positive().default(1),
  /**
   * `before`: not carried out, nothing remembered. `instead`: not carried out, but the failure is remembered under the
   * idempotency key. `after`: carried out and remembered, the caller never learns.
   */
  when: z.enum(['before', 'instead', 'after']).default('before'),
  /** What the caller gets: this HTTP status, or null for a connection that breaks. */
  status: z.number().int().min(400).max(599).nullable().default(500),
  /** Waits this long first. */
  delay_ms: z.number().int().min(0).max(120_000).default(0),
})
export type Fault = z.infer<typeof Fault>

/** Delays only: the request is slow, then goes its ordinary way. */
export const Delay = z.strictObject({
  match: Fault.shape.match,
  times: Fault.shape.times,
  delay_ms: z.number().int().min(1).max(120_000),
  when: z.literal('slow'),
})
export type Delay = z.infer<typeof Delay>

/** The faults that are armed at the moment. */
export class Faults {
  #armed: { fault: Fault | Delay; pattern: RegExp; left: number }[] = []

  arm(fault: Fault | Delay): void {
    const escaped = fault.match.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
    this.#armed.push({ fault, pattern: new RegExp(`^${escaped}$`), left: fault.times })
  }

  /** The fault that hits this request, used up by it, after its delay; null almost always. */
  async take(method: string, path: string): Promise<Fault | null> {
    const hit = this.#armed.find((armed) => armed.left > 0 && armed.pattern.test(`${method} ${path}`))
    if (!hit) return null
    hit.left--
    this.#armed = this.#armed.filter((armed) => armed.left > 0)
    if (hit.fault.delay_ms > 0) await pause(hit.fault.delay_ms, undefined, { ref: false })
    return hit.fault.when === 'slow' ? null : hit.fault
  }

  clear(): void {
    this.#armed = []
  }
}
