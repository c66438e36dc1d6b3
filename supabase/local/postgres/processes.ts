import { execFile } from 'node:child_process'
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** How long an orphaned server may take to end cleanly before it is ended hard, in milliseconds. */
const CLEAN_STOP_MS = 10_000

/** How the names of folders begin that `initdb` still works in. */
export const UNFINISHED = 'initdb-'

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

/**
 * Removes what an interrupted `initdb` left in a server's home; it was never put in place, so it holds nobody's data.
 * After a kill -9 of the platform its `initdb` lives on and writes there, so it is ended first: what is removed under a
 * writer comes back, or is not empty when its turn comes.
 */
export async function removeUnfinished(home: string): Promise<void> {
  const place = await realpath(home).catch(() => undefined)
  if (place === undefined) return
  for (const name of await readdir(place)) {
    if (!name.startsWith(UNFINISHED)) continue
    const folder = join(place, name)
    for (let left = await writersOf(folder); left.length > 0; left = await writersOf(folder)) {
      left.forEach((pid) => signal(pid, 'SIGKILL'))
      await sleep(20)
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
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
    const real = await realpath(dataDirectory).catch(() => dataDirectory)
    return await processesWhere(async (pid) => await readlink(`/proc/${pid}/cwd`) === real)
  }
  if (postmaster === undefined) return []
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(postmaster)]).catch(
    () => ({
      stdout: '',
    }),
  )
  return stdout.includes(dataDirectory) ? [postmaster] : []
}

/** `initdb` and all it starts: the folder is an argument of the first and in the environment of the others. */
async function writersOf(folder: string): Promise<number[]> {
  if (process.platform === 'linux') {
    return await processesWhere(async (pid) => {
      const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
      const variables = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
      return words.includes(folder) || variables.includes(`PGDATA=${folder}`)
    })
  }
  // What `initdb` has started ends by itself once it is gone.
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,command='])
  return stdout.split('\n').filter((line) => line.split(' ').includes(folder)).map((line) =>
    Number.parseInt(line, 10)
  )
}

/** The processes (of Linux) that something is true of; one that is gone by now, or another user's, is none of them. */
async function processesWhere(test: (pid: string) => Promise<boolean>): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => await test(pid).catch(() => false)))
  return pids.filter((_pid, index) => found[index]).map(Number)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended by itself.
  }
}
