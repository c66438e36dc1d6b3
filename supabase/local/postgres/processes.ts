import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** How long an orphaned server may take to end cleanly before it is ended hard, in milliseconds. */
const CLEAN_STOP_MS = 10_000

/**
 * Ends whatever server still works in `dataDirectory`: after a kill -9 of the platform its Postgres lives on, and two
 * servers on the same files would destroy them. Returns once no process is left there.
 */
export async function stopOrphans(dataDirectory: string): Promise<void> {
  const postmaster = await readPostmaster(dataDirectory)
  const deadline = Date.now() + CLEAN_STOP_MS
  let asked = false
  for (let left = await processesIn(dataDirectory, postmaster); left.length > 0;) {
    if (!asked && postmaster !== undefined && left.includes(postmaster)) signal(postmaster, 'SIGINT') // fast, clean shutdown
    asked = true
    // Without its postmaster a backend ends by itself at its next step.
    if (Date.now() > deadline) left.forEach((pid) => signal(pid, 'SIGKILL'))
    await sleep(20)
    left = await processesIn(dataDirectory, postmaster)
  }
  // The number in the lock file may belong to another process by now, or to a dead one that nobody has reaped; Postgres
  // would take either for a server.
  await rm(join(dataDirectory, 'postmaster.pid'), { force: true })
}

/** The process id in the server's lock file, if there is one. */
export async function readPostmaster(dataDirectory: string): Promise<number | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const pid = Number(text?.split('\n')[0])
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

/** Every process of a Postgres server has its data folder as working directory. */
async function processesIn(dataDirectory: string, postmaster: number | undefined): Promise<number[]> {
  if (process.platform === 'linux') {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const found = await Promise.all(pids.map(async (pid) => {
      const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
      return folder === dataDirectory ? Number(pid) : undefined
    }))
    return found.filter((pid) => pid !== undefined)
  }
  if (postmaster === undefined) return []
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(postmaster)]).catch(
    () => ({
      stdout: '',
    }),
  )
  return stdout.includes(dataDirectory) ? [postmaster] : []
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended by itself.
  }
}
