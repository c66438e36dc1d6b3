import { z } from 'zod'
import type { CallSql } from '../_shared/sql.ts'

/** One thing that has to work, asked for in its own way. Throws when it does not. */
export type Probe = () => Promise<unknown>

/** How one thing is. */
export interface Check {
  status: 'ok' | 'failing'
  latency_ms: number
  /** Names of what has to be set, where that is why. */
  missing?: string[]
}

/** Something has to be set before a thing works. What it is called is no secret, unlike other reasons. */
class Missing extends Error {
  readonly names: string[]

  constructor(names: string[]) {
    super(`missing: ${names.join(', ')}`)
    this.names = names
  }
}

/** How everything is. */
export interface Health {
  status: 'ok' | 'failing'
  checked_at: string
  checks: Record<string, Check>
}

/** Later than this, mails that are due are not being sent. */
const LONGEST_OUTBOX_LAG_SECONDS = 600

const ServiceHealth = z.object({
  outbox: z.object({ oldest_due_seconds: z.number().nullish() }),
  jobs: z.array(z.object({ name: z.string(), is_late: z.boolean(), failure: z.string().nullish() })),
  vault: z.object({ missing: z.array(z.string()) }).default({ missing: [] }),
})

/**
 * Asks every probe at once, each for no longer than `withinMs`. What exactly is wrong goes to the log: this answer is
 * public.
 */
export async function checkAll(probes: Record<string, Probe>, withinMs: number): Promise<Health> {
  const checks = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => [name, await check(name, probe, withinMs)] as const),
  )
  return {
    status: checks.every(([, { status }]) => status === 'ok') ? 'ok' : 'failing',
    checked_at: new Date().toISOString(),
    checks: Object.fromEntries(checks),
  }
}

/** Probes of what the database knows: itself, the outbox, the jobs, the vault. They share one question to it. */
export function databaseProbes(sql: CallSql): Record<'database' | 'outbox' | 'jobs' | 'vault', Probe> {
  let asked: Promise<z.infer<typeof ServiceHealth>> | undefined
  const ask = () => asked ??= sql('service_health', {}, ServiceHealth)
  return {
    database: ask,
    outbox: async () => {
      const lag = (await ask()).outbox.oldest_due_seconds ?? 0
      if (lag > LONGEST_OUTBOX_LAG_SECONDS) throw new Error(`mails wait for ${lag} s`)
    },
    jobs: async () => {
      const wrong = (await ask()).jobs.filter((job) => job.is_late || job.failure)
        .map((job) => `${job.name} (${job.failure ?? 'late'})`)
      if (wrong.length > 0) throw new Error(wrong.join(', '))
    },
    vault: async () => {
      const { missing } = (await ask()).vault
      if (missing.length > 0) throw new Missing(missing)
    },
  }
}

/**
 * Probe of a service over HTTP: it works if it answers, and not with a failure of its own.
 * @param headers what the service wants to see, such as a key
 */
export function httpProbe(
  url: string,
  headers: Record<string, string>,
  fetcher: typeof fetch = fetch,
): Probe {
  return async () => {
    const response = await fetcher(url, { headers })
    await response.body?.cancel()
    if (response.status >= 500) throw new Error(`answered ${response.status}`)
  }
}

async function check(name: string, probe: Probe, withinMs: number): Promise<Check> {
  const began = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${withinMs} ms`)), withinMs)
    })
    await Promise.race([probe(), late])
    return { status: 'ok', latency_ms: Math.round(performance.now() - began) }
  } catch (error) {
    console.error(`health: ${name}:`, error instanceof Error ? error.message : String(error))
    return {
      status: 'failing',
      latency_ms: Math.round(performance.now() - began),
      ...(error instanceof Missing ? { missing: error.names } : {}),
    }
  } finally {
    clearTimeout(timer)
  }
}
