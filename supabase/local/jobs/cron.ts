import postgres from 'postgres'
import { connect, type Database } from '../database.ts'
import { OWNER_PASSWORD } from '../postgres/index.ts'
import { isDue, parseSchedule, type Schedule } from './schedule.ts'

/** How often schedules are looked at, in milliseconds: the finest one is a second. */
const TICK_MS = 1_000

/** How long jobs that still run may take once the platform stops, in milliseconds. */
const DRAIN_LIMIT_MS = 5_000

interface Job {
  jobid: string
  schedule: string
  command: string
  username: string
}

/** A job and what is known about its runs. */
interface Entry {
  job: Job
  schedule: Schedule
  running: Promise<void> | undefined
  /** Fell due while it ran: it runs once more right after, never twice at the same time. */
  isPending: boolean
  /** When an interval is counted from, in milliseconds. */
  since: number
}

/** Runs the jobs of cron.job as pg_cron does: each in a connection of its own, as the user who scheduled it. */
export class CronExecutor {
  readonly #database: Database
  readonly #sql: postgres.Sql
  readonly #onError: (error: unknown) => void
  readonly #entries = new Map<string, Entry>()
  #timer: NodeJS.Timeout | undefined
  #lastMinute = Math.floor(Date.now() / 60_000)
  #hasStarted = false
  #isClosed = false

  constructor(database: Database, onError: (error: unknown) => void) {
    this.#database = database
    this.#onError = onError
    this.#sql = connect(database, 'supabase_admin', {
      max: 2,
      connection: { application_name: 'pg_cron scheduler' },
    })
  }

  /** Begins; resolves once jobs that are added from now on will be seen. */
  async start(): Promise<void> {
    // Also called after each reconnection, when changes may have been missed.
    await this.#sql.listen('pg_cron', () => void this.#reload(), () => void this.#reload())
    await this.#reload()
    this.#timer = setInterval(() => this.#tick(Date.now()), TICK_MS)
  }

  /** Starts no more jobs, and waits a moment for those that run. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const running = [...this.#entries.values()].map((entry) => entry.running)
    const limit = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_LIMIT_MS).unref())
    await Promise.race([Promise.all(running), limit])
    await this.#sql.end({ timeout: 1 })
  }

  async #reload(): Promise<void> {
    try {
      const jobs = await this.#jobs()
      const seen = new Set(jobs.map((job) => job.jobid))
      for (const jobid of this.#entries.keys()) if (!seen.has(jobid)) this.#entries.delete(jobid)
      for (const job of jobs) {
        const schedule = parseSchedule(job.schedule)
        if (schedule === undefined) continue
        const known = this.#entries.get(job.jobid)
        if (known === undefined) {
          this.#entries.set(job.jobid, {
            job,
            schedule,
            running: undefined,
            isPending: false,
            since: Date.now(),
          })
        } else Object.assign(known, { job, schedule })
      }
      if (!this.#hasStarted) {
        this.#hasStarted = true
        for (const entry of this.#entries.values()) if (entry.schedule.kind === 'start') this.#launch(entry)
      }
    } catch (error) {
      if (!this.#isClosed) this.#onError(error)
    }
  }

  async #jobs(): Promise<Job[]> {
    const [installed] = await this.#sql`select to_regclass('cron.job') is not null as found`
    if (installed?.['found'] !== true) return []
    if (!this.#hasStarted) {
      await this.#sql`
        update cron.job_run_details set status = 'failed', return_message = 'server restarted', end_time = now()
        where status in ('starting', 'running')`
    }
    return await this.#sql<
      Job[]
    >`select jobid, schedule, command, username from cron.job where active order by jobid`
  }

  #tick(now: number): void {
    const minute = Math.floor(now / 60_000)
    const isNewMinute = minute !== this.#lastMinute
    this.#lastMinute = minute
    for (const entry of this.#entries.values()) {
      const { schedule } = entry
      if (schedule.kind === 'interval') {
        if (entry.running === undefined && now - entry.since >= schedule.seconds * 1000 - TICK_MS / 2) {
          this.#launch(entry)
        }
      } else if (schedule.kind === 'calendar' && isNewMinute && isDue(schedule, new Date(minute * 60_000))) {
        this.#launch(entry)
      }
    }
  }

  #launch(entry: Entry): void {
    if (entry.running !== undefined) {
      entry.isPending = true
      return
    }
    entry.since = Date.now()
    entry.running = this.#run(entry.job)
      .catch((error) => this.#isClosed ? undefined : this.#onError(error))
      .finally(() => {
        entry.running = undefined
        if (entry.isPending && !this.#isClosed) {
          entry.isPending = false
          this.#launch(entry)
        }
      })
  }

  async #run({ jobid, command, username }: Job): Promise<void> {
    const database = this.#database.name
    const [details] = await this.#sql<{ runid: string }[]>`
      insert into cron.job_run_details (jobid, database, username, command, status, start_time)
      values (${jobid}, ${database}, ${username}, ${command}, 'running', now())
      returning runid`
    const { status, message } = await this.#execute(command, username)
    await this.#sql`
      update cron.job_run_details set status = ${status}, return_message = ${message}, end_time = now()
      where runid = ${details!.runid}`
  }

  /** Logs in as the user: a superuser who only took the role could be turned back by the job's own SQL. */
  async #execute(command: string, username: string): Promise<{ status: string; message: string }> {
    const { host, port, name, password } = this.#database
    const sql = postgres({
      host,
      port,
      database: name,
      username,
      password: username === 'postgres' ? OWNER_PASSWORD : password,
      max: 1,
      onnotice: () => {},
      connection: { application_name: 'pg_cron' },
    })
    try {
      const results = await sql.unsafe(command).simple() as unknown as postgres.RowList<postgres.Row[]>[]
      const last = Array.isArray(results[0])
        ? results.at(-1)
        : results as unknown as postgres.RowList<postgres.Row[]>
      return { status: 'succeeded', message: commandTag(last?.command, last?.count) }
    } catch (error) {
      const { message, severity } = error as Error & { severity?: string }
      return { status: 'failed', message: `${severity ?? 'ERROR'}:  ${message}` }
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
}

/** What pg_cron says about a command that went well. */
function commandTag(command: string | undefined, count: number | undefined): string {
  if (command === 'SELECT') return `${count} row${count === 1 ? '' : 's'}`
  if (command === 'INSERT') return `INSERT 0 ${count}`
  if (command === 'UPDATE' || command === 'DELETE' || command === 'MERGE') return `${command} ${count}`
  return command ?? ''
}
