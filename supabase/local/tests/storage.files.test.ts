import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { get, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import type { Database } from '../database.ts'
import { type Services, startGateway } from '../gateway.ts'
import { FileStore } from '../storage/files.ts'
import { startStorage, StorageConfig } from '../storage/index.ts'
import { clientOptions, connectAs, createDatabase, releaseLater } from '../testing/index.ts'

// How the local platform keeps the bytes of objects, whatever is cut or killed.

/** The folder of the package. */
const LOCAL = dirname(dirname(fileURLToPath(import.meta.url)))
const MIB = 1024 * 1024

let database: Database
let directory: string
let url: string
let client: SupabaseClient

async function newDirectory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'storage-'))
  releaseLater(() => rm(made, { recursive: true, force: true }))
  return made
}

beforeAll(async () => {
  const { keys } = inject('server')
  database = await createDatabase('platform')
  directory = await newDirectory()
  const services: Services = {}
  const gateway = await startGateway({ host: '127.0.0.1', port: 0, services, keys })
  releaseLater(() => gateway.close())
  const storage = await startStorage({ database, keys, config: StorageConfig.parse({}), directory })
  services.storage = storage
  releaseLater(() => storage.close())
  url = gateway.url
  client = createClient(url, keys.secretKey, clientOptions())
  await client.storage.createBucket('files', { public: true })
})

/** Names of all files that the store holds, temporary ones too. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name).sort()
}

/** Names of files that no row names. */
async function strays(): Promise<string[]> {
  const rows = await connectAs(database)<{ version: string }[]>`select version from storage.objects`
  const known = new Set(rows.map((row) => row.version))
  return (await filesOf(directory)).filter((name) => !known.has(name))
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')

test('whoever reads an object while it is replaced gets the old one whole', async () => {
  const before = Buffer.alloc(20 * MIB, 'before')
  await client.storage.from('files').upload('replaced.bin', before)
  const [response] = await once(get(`${url}/storage/v1/object/public/files/replaced.bin`), 'response')
  const chunks = (response as Readable)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const received = [(await chunks.next()).value as Buffer]
  const replaced = await client.storage.from('files').update('replaced.bin', Buffer.alloc(20 * MIB, 'after'))
  expect(replaced.error).toBeNull()
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) received.push(next.value)
  expect(md5(Buffer.concat(received))).toBe(md5(before))
  const { data } = await client.storage.from('files').download('replaced.bin')
  expect(md5(Buffer.from(await data!.arrayBuffer()))).toBe(md5(Buffer.alloc(20 * MIB, 'after')))
  expect(await strays()).toEqual([])
})

test('replacing and reading at the same time never shows half of either', async () => {
  await client.storage.from('files').upload('busy.txt', 'a'.repeat(10_000))
  const reading = async () => {
    const { data, error } = await client.storage.from('files').download('busy.txt')
    expect(error).toBeNull()
    const text = await data!.text()
    expect(text).toBe(text[0]!.repeat(10_000))
  }
  const writing = async (letter: string) => {
    const { error } = await client.storage.from('files').update('busy.txt', letter.repeat(10_000))
    expect(error).toBeNull()
  }
  for (const letter of 'bcdef') {
    await Promise.all([reading(), writing(letter), reading(), writing(letter.toUpperCase()), reading()])
  }
  expect(await strays()).toEqual([])
})

test('an upload that is cut leaves no object and no file', async () => {
  for (const type of ['application/octet-stream', 'multipart/form-data; boundary=x']) {
    const upload = request(`${url}/storage/v1/object/files/cut.bin`, {
      method: 'POST',
      headers: { apikey: inject('server').keys.secretKey, 'content-type': type },
    })
    upload.on('error', () => {})
    if (type.startsWith('multipart')) {
      upload.write('--x\r\nContent-Disposition: form-data; name=""; filename="f"\r\n\r\n')
    }
    upload.write(Buffer.alloc(MIB))
    await expect.poll(async () => (await filesOf(join(directory, 'incoming'))).length).toBe(1)
    upload.destroy()
    await expect.poll(() => strays()).toEqual([])
  }
  expect((await client.storage.from('files').exists('cut.bin')).data).toBe(false)
})

test('a refused upload leaves no file', async () => {
  const { keys } = inject('server')
  const visitor = createClient(url, keys.publishableKey, clientOptions())
  expect((await visitor.storage.from('files').upload('refused', Buffer.alloc(MIB))).error).not.toBeNull()
  expect((await client.storage.from('files').upload('toobig', Buffer.alloc(51 * MIB))).error).not.toBeNull()
  const form = new Blob([Buffer.alloc(51 * MIB)])
  expect((await client.storage.from('files').upload('toobig', form)).error).not.toBeNull()
  expect(await strays()).toEqual([])
})

test('deletes take the bytes with them', async () => {
  const sql = connectAs(database)
  await client.storage.createBucket('short-lived')
  const from = client.storage.from('short-lived')
  for (const key of ['a', 'b', 'c']) await from.upload(key, key)
  await from.copy('a', 'd')
  await from.move('b', 'e')
  await from.remove(['a', 'c'])
  const [row] = await sql`select count(*)::int from storage.objects where bucket_id = 'short-lived'`
  expect(row).toEqual({ count: 2 })
  await client.storage.emptyBucket('short-lived')
  expect((await client.storage.deleteBucket('short-lived')).error).toBeNull()
  expect(await strays()).toEqual([])
})

test('an object whose bytes are gone is not found, and not a crash', async () => {
  await client.storage.from('files').upload('hollow.txt', 'x')
  const info = await client.storage.from('files').info('hollow.txt')
  const version = info.data!.version
  await rm(join(directory, 'objects', version.slice(0, 2), version))
  const response = await fetch(`${url}/storage/v1/object/public/files/hollow.txt`)
  expect([response.status, await response.json(), response.headers.get('cache-control')]).toEqual([
    400,
    { error: 'Not found', message: 'The resource was not found', statusCode: '404' },
    'no-store',
  ])
})

test('a version that is no version never becomes a path', async () => {
  const outside = join(directory, 'secret.txt')
  await writeFile(outside, 'secret')
  await connectAs(database)`
    insert into storage.objects (bucket_id, name, version) values ('files', 'trick', '../../secret.txt')`
  expect((await fetch(`${url}/storage/v1/object/public/files/trick`)).status).toBe(400)
  await rm(outside)
})

test('buckets of config.toml are there from the start', async () => {
  const config = StorageConfig.parse({
    file_size_limit: '2MiB',
    buckets: { pictures: { public: true, file_size_limit: '1MiB', allowed_mime_types: ['image/*'] } },
  })
  expect(config.file_size_limit).toBe(2 * MIB)
  for (let start = 0; start < 2; start++) {
    const { keys } = inject('server')
    await (await startStorage({ database, keys, config, directory: await newDirectory() })).close()
  }
  expect((await client.storage.getBucket('pictures')).data).toMatchObject({
    public: true,
    file_size_limit: MIB,
    allowed_mime_types: ['image/*'],
  })
  expect(StorageConfig.safeParse({ file_size_limit: 'much' }).success).toBe(false)
})

describe('after a crash', () => {
  test('files of interrupted uploads and files without a row are removed', async () => {
    const folder = await newDirectory()
    const store = await FileStore.open(folder)
    const kept = await store.stage(Readable.from(['kept']), MIB)
    await store.keep(kept)
    const orphan = await store.stage(Readable.from(['orphan']), MIB)
    await store.keep(orphan)
    const underWay = await store.stage(Readable.from(['under way']), MIB)
    await writeFile(join(folder, 'incoming', `999999999.${randomUUID()}`), 'of a dead process')

    const reopened = await FileStore.open(folder)
    const known = async () => new Set([kept.version])
    expect(await reopened.sweep(known)).toBe(0) // too young: its transaction may still commit
    expect(await reopened.sweep(known, 0)).toBe(1)
    expect(await filesOf(folder)).toEqual([kept.version, `${process.pid}.${underWay.version}`].sort())
  })

  test('of the whole process, half an upload is not to be seen', async () => {
    const folder = await newDirectory()
    const script = `
      import { createServer } from 'node:http'
      import { startStorage, StorageConfig } from '${LOCAL}/storage/index.ts'
      const storage = await startStorage({
        database: ${JSON.stringify(database)},
        keys: ${JSON.stringify(inject('server').keys)},
        config: StorageConfig.parse({}),
        directory: ${JSON.stringify(folder)},
      })
      const server = createServer((req, res) => storage.handle(req, res))
      server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
      cwd: LOCAL,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [port] = await once(createInterface({ input: child.stdout! }), 'line') as [string]
    const upload = request(`http://127.0.0.1:${port}/object/files/killed.bin`, {
      method: 'POST',
      headers: { authorization: `Bearer ${inject('server').keys.serviceRoleJwt}` },
    })
    upload.on('error', () => {})
    upload.write(Buffer.alloc(MIB))
    await expect.poll(async () => (await filesOf(folder)).length, { timeout: 10_000 }).toBe(1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await FileStore.open(folder)
    expect(await filesOf(folder)).toEqual([])
    expect((await client.storage.from('files').exists('killed.bin')).data).toBe(false)
  })
})

test('what is not served says so', async () => {
  const headers = { apikey: inject('server').keys.secretKey }
  for (const path of ['/s3/bucket', '/iceberg/v1/config', '/vector/ListIndexes']) {
    const response = await fetch(`${url}/storage/v1${path}`, { method: 'POST', headers })
    expect([path, response.status]).toEqual([path, 501])
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('is not served') })
  }
})

test('cut database connections are made again', async () => {
  const admin = connectAs(database, 'supabase_admin')
  const cut = () =>
    admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where usename = 'supabase_storage_admin' and datname = current_database()`
  await client.storage.from('files').upload('survivor.txt', 'here')
  await cut()
  await expect.poll(async () => (await client.storage.from('files').info('survivor.txt')).data?.size).toBe(4)
  // What is cut in the middle is a 503, or has not been cut: never a 500.
  const calls = Promise.all(Array.from({ length: 20 }, () => client.storage.from('files').list()))
  await cut()
  for (const { error } of await calls) {
    if (error !== null) expect((error as { status?: number }).status).toBe(503)
  }
  await expect.poll(async () => (await client.storage.from('files').list()).error).toBeNull()
})
