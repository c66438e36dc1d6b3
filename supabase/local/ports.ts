import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from './failure.ts'

/** How long to wait for another program's connection to give a port back, in milliseconds. */
const PATIENCE_MS = 3_000
const RETRY_MS = 100

/** What `/proc/net/tcp` writes for a socket that listens. */
const LISTENS = '0A'

/**
 * Listens on a port. The usual ports lie among those that the system lends to outgoing connections, so one that is only
 * lent is waited for.
 * @param port 0 takes a free one
 * @param what the port is for, for the message, such as `the database`
 * @returns the port
 * @throws {Failure} who has the port, and what to do
 */
export async function listenOn(server: Server, port: number, host: string, what: string): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      server.listen(port, host)
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'EACCES') {
        throw new Failure(`Port ${port} (${what}) may not be used by this user: choose one above 1023.`)
      }
      if (code !== 'EADDRINUSE') throw new Failure(`Port ${port} (${what}) cannot be used (${message}).`)
      if (await isOnlyLent(port)) {
        if (Date.now() < deadline) {
          await sleep(RETRY_MS)
          continue
        }
        throw new Failure(
          `Port ${port} (${what}) is lent to another program's outgoing connection, nothing listens there: ` +
            'start again once that has ended, or on other ports with `npm start -- --port-offset 100`.',
        )
      }
      throw new Failure(
        `Port ${port} (${what}) is taken: end what listens there (another \`npm start\`?), take other ports with ` +
          '`npm start -- --port-offset 100`, or choose another one in supabase/config.toml.',
      )
    }
  }
}

/** Whether connections hold the port and nobody listens on it. Only Linux can tell; elsewhere it counts as taken. */
async function isOnlyLent(port: number): Promise<boolean> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  )
  const states = tables.flatMap((table) => table.trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local !== undefined && Number.parseInt(local.split(':').at(-1)!, 16) === port)
    .map(([, , , state]) => state)
  return states.length > 0 && !states.includes(LISTENS)
}
