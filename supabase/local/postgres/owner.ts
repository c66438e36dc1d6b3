import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'

/** The system user that Postgres runs as; undefined means the one who runs this process. */
export interface Owner {
  uid: number
  gid: number
}

/** Where one server lives, and as whom it runs. */
export interface Home {
  directory: string
  owner: Owner | undefined
}

/**
 * Decides where a server's files go and who runs it.
 *
 * Postgres refuses to run as root. Started by root it runs as the owner of the data that is already there, else as the
 * system user `postgres`, else as `nobody`; and when that user cannot reach `preferred` (root's own home is closed to
 * everybody else), the files go under /var/lib.
 *
 * @param preferred the folder to use when nothing speaks against it
 * @param projectId names the folder under /var/lib, so that a person can tell whose it is
 */
export async function chooseHome(preferred: string, projectId: string): Promise<Home> {
  if (process.getuid?.() !== 0) return { directory: preferred, owner: undefined }
  const fallback = fallbackDirectory(preferred, projectId)
  for (const directory of [preferred, fallback]) {
    const owner = await ownerOf(join(directory, 'data'))
    if (owner !== undefined && (await canReach(owner, directory))) return { directory, owner }
  }
  const owner = (await systemUser('postgres')) ?? (await systemUser('nobody')) ?? { uid: 65534, gid: 65534 }
  return { directory: (await canReach(owner, preferred)) ? preferred : fallback, owner }
}

/** Every folder that `chooseHome` may have chosen for this project, for whoever empties it. */
export function possibleHomes(preferred: string, projectId: string): string[] {
  return process.getuid?.() === 0 ? [preferred, fallbackDirectory(preferred, projectId)] : [preferred]
}

function fallbackDirectory(preferred: string, projectId: string): string {
  const hash = createHash('sha256').update(resolve(preferred)).digest('hex').slice(0, 10)
  return join('/var/lib', `${projectId}-${hash}`)
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid }
}

/** Whether `owner` may enter every folder above `path` that exists already. */
async function canReach(owner: Owner, path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path));; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined)
    if (found !== undefined) {
      const shift = found.uid === owner.uid ? 6 : found.gid === owner.gid ? 3 : 0
      if (((found.mode >> shift) & 1) === 0) return false
    }
    if (folder === dirname(folder)) return true
  }
}

async function systemUser(name: string): Promise<Owner | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = passwd.split('\n').map((line) => line.split(':')).find(([user]) => user === name)
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) }
}
