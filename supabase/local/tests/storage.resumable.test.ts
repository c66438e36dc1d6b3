import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SupabaseClient } from '@supabase/supabase-js'
import * as tus from 'tus-js-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { ResumableStore } from '../storage/resumable-store.ts'
import { releaseLater } from '../testing/index.ts'
import { openTarget, type Target } from './storage/target.ts'

// Resumable uploads (TUS 1.0) as Supabase Storage serves them, through tus-js-client and by hand.

let target: Target
let ana: { id: string; client: SupabaseClient; token: string }
let ben: { id: string; client: SupabaseClient; token: string }
let endpoint: string

const RUN = randomUUID().slice(0, 8)
const BUCKET = `resumable-${RUN}`
const SMALL = `small-${RUN}`

beforeAll(async () => {
  target = await openTarget()
  endpoint = `${target.url}/storage/v1/upload/resumable`
  ana = await target.user()
  ben = await target.user()
  await target.service.storage.createBucket(BUCKET, { public: false })
  await target.service.storage.createBucket(SMALL, {
    public: false,
    fileSizeLimit: 100,
    allowedMimeTypes: ['text/plain'],
  })
  const own =
    `bucket_id in ('${BUCKET}', '${SMALL}') and (storage.foldername(name))[1] = (select auth.uid())::text`
  await target.sql.unsafe(`
    create policy resumable_${RUN}_insert on storage.objects for insert to authenticated with check (${own});
    create policy resumable_${RUN}_select on storage.objects for select to authenticated using (${own});
    create policy resumable_${RUN}_update on storage.objects for update to authenticated using (${own});
  `)
  releaseLater(async () => {
    for (const verb of ['insert', 'select', 'update']) {
      await target.sql.unsafe(`drop policy resumable_${RUN}_${verb} on storage.objects`)
    }
  })
})

const ownKey = () => `${ana.id}/${randomUUID()}.bin`

/** Upload-Metadata of an object. */
function metadata(values: Record<string, string>): string {
  return Object.entries(values).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')
}

const headersOf = (token: string, more: Record<string, string> = {}) => ({
  apikey: target.publishableKey,
  authorization: `Bearer ${token}`,
  'tus-resumable': '1.0.0',
  ...more,
})

interface Creation {
  key: string
  length: number | undefined
  bucket?: string
  token?: string
  type?: string
  headers?: Record<string, string>
}

async function create({ key, length, bucket = BUCKET, token = ana.token, type, headers }: Creation) {
  return await fetch(endpoint, {
    method: 'POST',
    headers: headersOf(token, {
      ...(length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) }),
      'upload-metadata': metadata({
        bucketName: bucket,
        objectName: key,
        ...(type === undefined ? {} : { contentType: type }),
      }),
      ...headers,
    }),
  })
}

async function created(creation: Creation): Promise<string> {
  const response = await create(creation)
  expect([response.status, await response.text()]).toEqual([201, ''])
  return response.headers.get('location')!
}

async function patch(url: string, offset: number, body: Buffer, more: Record<string, string> = {}) {
  return await fetch(url, {
    method: 'PATCH',
    headers: headersOf(ana.token, {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      ...more,
    }),
    body: new Uint8Array(body),
  })
}

async function offsetOf(url: string): Promise<number | string> {
  const response = await fetch(url, { method: 'HEAD', headers: headersOf(ana.token) })
  return response.status === 200 ? Number(response.headers.get('upload-offset')) : `status ${response.status}`
}

async function contentOf(key: string): Promise<Buffer> {
  const { data, error } = await ana.client.storage.from(BUCKET).download(key)
  if (error !== null) throw error
  return Buffer.from(await data.arrayBuffer())
}

/** Uploads with tus-js-client, as the documentation of Supabase shows it. */
async function upload(
  bytes: Buffer,
  key: string,
  options: Partial<tus.UploadOptions> = {},
): Promise<tus.Upload> {
  return await new Promise((resolve, reject) => {
    const upload: tus.Upload = new tus.Upload(bytes as never, {
      endpoint,
      uploadSize: bytes.length,
      headers: { authorization: `Bearer ${ana.token}`, apikey: target.publishableKey },
      uploadDataDuringCreation: true,
      chunkSize: 100_000,
      retryDelays: null as never,
      metadata: { bucketName: BUCKET, objectName: key, contentType: 'image/png', cacheControl: '7200' },
      onError: reject,
      onSuccess: () => resolve(upload),
      ...options,
    })
    upload.start()
  })
}

describe('tus-js-client', () => {
  test('uploads in chunks; the object has the type, cache, metadata, owner and bytes it was given', async () => {
    const bytes = randomBytes(350_123)
    const key = ownKey()
    await upload(bytes, key, {
      metadata: {
        bucketName: BUCKET,
        objectName: key,
        contentType: 'image/png',
        cacheControl: '7200',
        metadata: JSON.stringify({ camera: 'old' }),
      },
    })
    expect((await contentOf(key)).equals(bytes)).toBe(true)
    const { data } = await ana.client.storage.from(BUCKET).info(key)
    expect(data).toMatchObject({
      contentType: 'image/png',
      cacheControl: 'max-age=7200',
      size: bytes.length,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      metadata: { camera: 'old' },
    })
    const [row] = await target
      .sql`select owner_id from storage.objects where bucket_id = ${BUCKET} and name = ${key}`
    expect(row).toEqual({ owner_id: ana.id })
  })

  test('resumes an upload that was cut off', async () => {
    const bytes = randomBytes(300_000)
    const key = ownKey()
    let url = ''
    await new Promise<void>((resolve, reject) => {
      const first: tus.Upload = new tus.Upload(bytes as never, {
        endpoint,
        uploadSize: bytes.length,
        headers: { authorization: `Bearer ${ana.token}` },
        chunkSize: 100_000,
        metadata: { bucketName: BUCKET, objectName: key },
        onError: reject,
        onChunkComplete: () => {
          url = first.url!
          void first.abort().then(resolve)
        },
      })
      first.start()
    })
    const offset = await offsetOf(url) as number
    expect(offset).toBeGreaterThanOrEqual(100_000)
    expect(offset).toBeLessThan(bytes.length)
    await upload(bytes, key, { uploadUrl: url })
    expect((await contentOf(key)).equals(bytes)).toBe(true)
  })

  test('uploads through a signed URL, without a token of its own', async () => {
    const key = ownKey()
    const signed = await ana.client.storage.from(BUCKET).createSignedUploadUrl(key)
    const bytes = randomBytes(1000)
    const done = await upload(bytes, key, {
      endpoint: `${endpoint}/sign`,
      headers: { 'x-signature': signed.data!.token },
    })
    expect(done.url).toContain('/storage/v1/upload/resumable/sign/')
    expect((await contentOf(key)).equals(bytes)).toBe(true)
    const other = upload(bytes, ownKey(), {
      endpoint: `${endpoint}/sign`,
      headers: { 'x-signature': signed.data!.token },
    })
    await expect(other).rejects.toThrow('Invalid signature')
    const none = upload(bytes, key, { endpoint: `${endpoint}/sign`, headers: {} })
    await expect(none).rejects.toThrow('Missing x-signature header')
  })

  test('is told in plain words what the policies refuse', async () => {
    await expect(upload(randomBytes(10), `${ben.id}/not-mine.bin`)).rejects.toThrow(
      /response code: 403, response text: new row violates row-level security policy/,
    )
  })
})

describe('a resumable upload', () => {
  test('of a key that is taken needs x-upsert, and keeps the id of what it replaces', async () => {
    const key = ownKey()
    await upload(Buffer.from('first'), key)
    const before = await ana.client.storage.from(BUCKET).info(key)
    const refused = await create({ key, length: 6 })
    expect([refused.status, await refused.text()]).toEqual([409, 'The resource already exists'])

    const url = await created({ key, length: 6, headers: { 'x-upsert': 'true' } })
    const done = await patch(url, 0, Buffer.from('second'), { 'x-upsert': 'true' })
    expect([done.status, done.headers.get('tus-complete')]).toEqual([204, '1'])
    expect((await contentOf(key)).toString()).toBe('second')
    const after = await ana.client.storage.from(BUCKET).info(key)
    expect(after.data!.id).toBe(before.data!.id)
    expect(after.data!.version).not.toBe(before.data!.version)
  })

  test('is no object until its last byte has arrived', async () => {
    const key = ownKey()
    const url = await created({ key, length: 10 })
    expect((await patch(url, 0, Buffer.from('12345'))).headers.get('upload-offset')).toBe('5')
    expect((await ana.client.storage.from(BUCKET).exists(key)).data).toBe(false)
    await patch(url, 5, Buffer.from('67890'))
    expect((await contentOf(key)).toString()).toBe('1234567890')
  })

  test('of no bytes is an object at once', async () => {
    const key = ownKey()
    await created({ key, length: 0 })
    expect((await contentOf(key)).length).toBe(0)
  })

  test('may name its length later', async () => {
    const key = ownKey()
    const url = await created({ key, length: undefined })
    await patch(url, 0, Buffer.from('abc'))
    const done = await patch(url, 3, Buffer.from('def'), { 'upload-length': '6' })
    expect(done.status).toBe(204)
    expect((await contentOf(key)).toString()).toBe('abcdef')
  })

  test('refuses bytes for another offset, and more bytes than were announced', async () => {
    const url = await created({ key: ownKey(), length: 10 })
    const wrong = await patch(url, 4, Buffer.from('x'))
    expect([wrong.status, await wrong.text()]).toEqual([409, 'Upload-Offset conflict\n'])
    expect((await patch(url, 0, randomBytes(11))).status).toBe(413)
    expect(await offsetOf(url)).toBe(0)
  })

  test.each([
    ['the limit of its bucket', { length: 101, type: 'text/plain' }, 413, 'Maximum size exceeded\n'],
    ['the limit of the project', { length: 10 ** 9, bucket: BUCKET }, 413, 'Maximum size exceeded\n'],
    [
      'the types of its bucket',
      { length: 1, type: 'image/png' },
      415,
      'mime type image/png is not supported',
    ],
    [
      'the types of its bucket without a type',
      { length: 1 },
      415,
      'mime type application/octet-stream is not supported',
    ],
    ['a bucket that exists', { length: 1, bucket: `none-${RUN}` }, 404, 'Bucket not found'],
    ['a possible key', { length: 1, key: 'a#b', bucket: BUCKET }, 400, 'Invalid key: a#b'],
    ['metadata', { length: 1, bucket: BUCKET, headers: { 'upload-metadata': '' } }, 400, undefined],
    [
      'the version of the protocol',
      { length: 1, bucket: BUCKET, headers: { 'tus-resumable': '' } },
      412,
      undefined,
    ],
  ])('needs %s', async (_what, wrong, status, text) => {
    const response = await create({ key: ownKey(), bucket: SMALL, ...wrong })
    const said = await response.text()
    expect([response.status, text === undefined ? undefined : said]).toEqual([status, text])
  })

  test('cannot pass its bucket’s limit by naming its length later', async () => {
    const key = ownKey()
    const url = await created({ key, bucket: SMALL, length: undefined, type: 'text/plain' })
    expect((await patch(url, 0, randomBytes(101))).status).toBe(413)
    expect((await patch(url, 0, randomBytes(50), { 'upload-length': '101' })).status).toBe(413)
  })

  test('needs a valid token, and nobody else’s rights', async () => {
    const nobody = await create({ key: ownKey(), length: 1, token: 'wrong' })
    expect(nobody.status).toBe(400)
    expect(await nobody.json()).toMatchObject({ statusCode: '403', error: 'Unauthorized' })

    const url = await created({ key: ownKey(), length: 5 })
    const stranger = { authorization: `Bearer ${ben.token}` }
    expect((await patch(url, 0, Buffer.from('12345'), stranger)).status).toBe(403)
    const ended = await fetch(url, { method: 'DELETE', headers: headersOf(ben.token) })
    expect(ended.status).toBe(403)
    expect(await offsetOf(url)).toBe(0)
  })

  test('cannot be continued under another name than it was begun with', async () => {
    const url = await created({ key: ownKey(), length: 5 })
    const id = Buffer.from(url.split('/').at(-1)!, 'base64url').toString()
    const forged = id.replace(`${ana.id}/`, `${ana.id}/other-`)
    const response = await patch(
      `${endpoint}/${Buffer.from(forged).toString('base64url')}`,
      0,
      Buffer.from('12345'),
    )
    expect(response.status).toBe(404)
    expect(await offsetOf(`${endpoint}/${Buffer.from('../../etc/passwd').toString('base64url')}`)).toBe(
      'status 404',
    )
  })

  test('can be ended; a finished one cannot, and tells that it is complete', async () => {
    const url = await created({ key: ownKey(), length: 5 })
    expect((await fetch(url, { method: 'DELETE', headers: headersOf(ana.token) })).status).toBe(204)
    expect(await offsetOf(url)).toBe('status 404')

    const key = ownKey()
    const finished = await created({ key, length: 5 })
    await patch(finished, 0, Buffer.from('12345'))
    expect(await offsetOf(finished)).toBe(5)
    const upsert = { 'x-upsert': 'true' }
    const ended = await fetch(finished, { method: 'DELETE', headers: headersOf(ana.token, upsert) })
    expect([ended.status, await ended.text()]).toEqual([400, 'Cannot terminate an already completed upload'])
    expect((await patch(finished, 5, Buffer.alloc(0), upsert)).status).toBe(204)
    expect((await contentOf(key)).toString()).toBe('12345')
  })

  test('keeps what arrived before its connection broke', async () => {
    const bytes = randomBytes(200_000)
    const key = ownKey()
    const url = await created({ key, length: bytes.length })
    const broken = request(url, {
      method: 'PATCH',
      headers: headersOf(ana.token, {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '0',
        'content-length': String(bytes.length),
      }),
    })
    broken.on('error', () => {})
    broken.write(bytes.subarray(0, 150_000))
    await sleep(200)
    broken.destroy()
    await expect.poll(() => offsetOf(url)).toBe(150_000)
    expect((await patch(url, 150_000, bytes.subarray(150_000))).status).toBe(204)
    expect((await contentOf(key)).equals(bytes)).toBe(true)
  })

  test('that two continue at once gets each byte once', async () => {
    const bytes = randomBytes(400_000)
    const key = ownKey()
    const url = await created({ key, length: bytes.length })
    const answers = await Promise.all(Array.from({ length: 4 }, () => patch(url, 0, bytes)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    expect((await contentOf(key)).equals(bytes)).toBe(true)
  })

  test('tells browsers what it is, and lets them read its headers', async () => {
    const options = await fetch(endpoint, { method: 'OPTIONS' })
    expect(options.status).toBe(204)
    expect(options.headers.get('tus-version')).toBe('1.0.0')
    expect(options.headers.get('tus-extension')!.split(',')).toEqual(
      expect.arrayContaining(['creation', 'creation-with-upload', 'termination', 'expiration']),
    )
    const made = await create({ key: ownKey(), length: 5, headers: { origin: 'http://shop.example' } })
    expect(made.headers.get('access-control-allow-origin')).toBe('*')
    expect(made.headers.get('access-control-expose-headers')).toMatch(/Location.*Upload-Offset/)
    expect(Date.parse(made.headers.get('upload-expires')!)).toBeGreaterThan(Date.now())
    expect((await fetch(endpoint, { headers: { apikey: target.secretKey } })).status).toBe(404)
  })
})

describe('the store of uploads under way', () => {
  test('forgets what nobody finished in time, bytes without facts too, and keeps the rest', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'uploads-'))
    releaseLater(() => rm(directory, { recursive: true, force: true }))
    const id = `b/k/${randomUUID()}`
    const upload = {
      id,
      size: 3,
      offset: 0,
      metadata: {},
      creation_date: new Date(Date.now() - 5000).toISOString(),
    }
    const store = await ResumableStore.open(directory, 60_000)
    await store.create(upload as never)
    expect(await store.deleteExpired()).toBe(0)
    expect(await (await ResumableStore.open(directory, 10_000)).getUpload(id)).toMatchObject({
      offset: 0,
      size: 3,
    })
    expect(await (await ResumableStore.open(directory, 4_000)).deleteExpired()).toBe(1)
    expect(await readdir(directory)).toEqual([])
    await expect(store.getUpload(id)).rejects.toMatchObject({ status_code: 404 })
  })
})
