import type { Database } from '../database.ts'
import { CronExecutor } from './cron.ts'
import { NetExecutor } from './net.ts'
import { syncVault } from './vault.ts'

/** The background work of a database: what pg_cron, pg_net and the vault's key do on a hosted project. */
export interface Jobs {
  /** Starts nothing more, lets running jobs finish. Never throws. */
  close(): Promise<void>
}

/** What `startJobs` needs. */
export interface JobsOptions {
  database: Database
  /** `[db.vault]` of config.toml. */
  secrets: Record<string, string>
  /** False fills the vault only: nothing is executed. */
  execute: boolean
  /** Told about failures of the executor itself; those of a job stand in cron.job_run_details. */
  onError: (error: unknown) => void
}

/** Fills the vault and executes what SQL schedules (cron.schedule) and sends (net.http_post). */
export async function startJobs({ database, secrets, execute, onError }: JobsOptions): Promise<Jobs> {
  await syncVault(database, secrets)
  if (!execute) return { close: async () => {} }
  const cron = new CronExecutor(database, onError)
  const net = new NetExecutor(database, onError)
  await Promise.all([cron.start(), net.start()])
  return {
    close: async () => {
      await Promise.allSettled([cron.close(), net.close()])
    },
  }
}
