import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from './failure.ts'
import { makeOwnerOnly, OWNER_ONLY_FILE } from './owner-only.ts'
import { isAlive } from './process.ts'

/** What a running platform tells other commands about itself. */
export interface Instance {
  pid: number
  /** The screen that `npm start` showed; absent while it is still starting. */
  screen?: string
  /** How to reach it, for programs; absent while it is still starting. */
  project?: { apiUrl: string; publishableKey: string; inboxUrl: string; siteUrl?: string }
}

const FILE = 'platform.json'

/** How long `stop` waits for a platform to end, in milliseconds. */
const STOP_LIMIT_MS = 30_000

/**
 * Claims a data folder for this process: two platforms on the same data would destroy it.
 * @throws {Failure} when another one runs, or the folder cannot be written
 */
export async function claim(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
    for (;;) {
      const running = await findInstance(directory)
      if (running !== undefined) {
        throw new Failure(
          `This project's platform is running already (process ${running.pid}): use it, or \`npm run stop\` first.`,
        )
      }
      await rm(join(directory, FILE), { force: true })
      try {
        const file = await open(join(directory, FILE), 'wx', OWNER_ONLY_FILE)
        await file.writeFile(JSON.stringify({ pid: process.pid }))
        await file.close()
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        await sleep(50) // somebody else was faster: look who
      }
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new Failure(
        `The folder ${directory} cannot be written by this user: make it yours, or start as its owner.`,
      )
    }
    if (code === 'ENOTDIR' || code === 'EEXIST') {
      throw new Failure(`${directory} is not a folder: move it away, the platform keeps its data there.`)
    }
    throw error
  }
}

/** Lets other commands see the screen, and find the platform. */
export async function publish(directory: string, ready: Required<Omit<Instance, 'pid'>>): Promise<void> {
  const instance: Instance = { pid: process.pid, ...ready }
  await makeOwnerOnly(join(directory, FILE)) // the screen shows the secret key
  await writeFile(join(directory, FILE), JSON.stringify(instance))
}

/** Gives the folder back. */
export async function release(directory: string): Promise<void> {
  await rm(join(directory, FILE), { force: true })
}

/** The platform that runs on a data folder, if one does. A file left by a killed one does not count. */
export async function findInstance(directory: string): Promise<Instance | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => '')
  if (text === '') return undefined
  try {
    const instance = JSON.parse(text) as Instance
    return (await isPlatform(instance.pid)) ? instance : undefined
  } catch {
    return undefined // half a file: whoever wrote it was killed meanwhile
  }
}

/** Asks the running platform to end, and waits until it has. */
export async function stopInstance(directory: string): Promise<boolean> {
  const instance = await findInstance(directory)
  if (instance === undefined) return false
  process.kill(instance.pid, 'SIGTERM')
  const deadline = Date.now() + STOP_LIMIT_MS
  while ((await findInstance(directory))?.pid === instance.pid) {
    if (Date.now() > deadline) {
      throw new Failure(`Process ${instance.pid} does not end: end it with \`kill -9 ${instance.pid}\`.`)
    }
    await sleep(50)
  }
  return true
}

/** Whether a process is a platform: its number may have gone to another program since. */
async function isPlatform(pid: number): Promise<boolean> {
  if (pid === process.pid || !isAlive(pid)) return false
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return command === undefined || command.includes('start.mjs')
}
