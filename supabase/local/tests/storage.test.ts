import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { SearchV2Result, SortByV2, StorageError } from '@supabase/storage-js'
import type { SupabaseClient } from '@supabase/supabase-js'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTarget, type Target } from './storage/target.ts'

// Scenarios of Supabase Storage. They run against the local platform, or against any project:
// SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, SUPABASE_DB_URL, and SUPABASE_JWT_SECRET where it is known.

let target: Target
let ana: { id: string; client: SupabaseClient; token: string }
let ben: { id: string; client: SupabaseClient; token: string }

/** Buckets of this run, so that several runs may share a project. */
const RUN = randomUUID().slice(0, 8)
const PUBLIC = `public-${RUN}`
const PRIVATE = `private-${RUN}`
const POLICIES = ['select', 'insert', 'update', 'delete'].map((verb) => `conformance_${RUN}_${verb}`)

beforeAll(async () => {
  target = await openTarget()
  ana = await target.user()
  ben = await target.user()
  await ok(target.service.storage.createBucket(PUBLIC, { public: true }))
  await ok(target.service.storage.createBucket(PRIVATE, { public: false }))
  // Everyone signed in has a folder of their own; visitors have nothing.
  const own = `bucket_id = '${PRIVATE}' and (storage.foldername(name))[1] = (select auth.uid())::text`
  await target.sql.unsafe(`
    create policy ${POLICIES[0]} on storage.objects for select to authenticated using (${own});
    create policy ${POLICIES[1]} on storage.objects for insert to authenticated with check (${own});
    create policy ${
    POLICIES[2]
  } on storage.objects for update to authenticated using (${own}) with check (${own});
    create policy ${POLICIES[3]} on storage.objects for delete to authenticated using (${own});
  `)
})

afterAll(async () => {
  for (const policy of POLICIES) await target.sql.unsafe(`drop policy if exists ${policy} on storage.objects`)
  const { data } = await target.service.storage.listBuckets()
  for (const bucket of data ?? []) {
    if (!bucket.id.includes(RUN)) continue
    await target.service.storage.emptyBucket(bucket.id)
    await target.service.storage.deleteBucket(bucket.id)
  }
})

type Answer<Data> = { data: Data; error: null } | { data: unknown; error: StorageError }

/** The data of an answer that must not be an error. */
async function ok<Data>(answer: PromiseLike<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error } = await answer
  if (error !== null) throw error
  return data as NonNullable<Data>
}

/** What clients see of an error. */
async function failure(answer: PromiseLike<Answer<unknown>>) {
  const { data, error } = await answer
  expect(data).toBeNull()
  const { message, status, statusCode } = error as StorageError & { status?: number; statusCode?: string }
  return { message, status, statusCode }
}

const ALREADY_THERE = { message: 'The resource already exists', status: 400, statusCode: '409' }
const NO_OBJECT = { message: 'Object not found', status: 400, statusCode: '404' }
const NO_BUCKET = { message: 'Bucket not found', status: 400, statusCode: '404' }
const REFUSED = {
  message: 'new row violates row-level security policy',
  status: 400,
  statusCode: '403',
}

/** One request without supabase-js. */
async function raw(
  method: string,
  path: string,
  options: { token?: string; body?: BodyInit; headers?: Record<string, string> } = {},
) {
  const { token = target.secretKey, body, headers } = options
  return await fetch(`${target.url}/storage/v1${path}`, {
    method,
    body: body ?? null,
    headers: { apikey: token, authorization: `Bearer ${token}`, ...headers },
  })
}

const json = (value: unknown) => ({
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
})

describe('buckets', () => {
  test('are made, read, changed, listed, emptied and deleted', async () => {
    const { storage } = target.service
    const id = `life-${RUN}`
    expect(
      await ok(
        storage.createBucket(id, { public: false, fileSizeLimit: '1.5mb', allowedMimeTypes: ['image/*'] }),
      ),
    )
      .toEqual({ name: id })
    expect(await ok(storage.getBucket(id))).toMatchObject({
      id,
      name: id,
      public: false,
      owner: '',
      file_size_limit: 1_500_000,
      allowed_mime_types: ['image/*'],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(await failure(storage.createBucket(id))).toEqual(ALREADY_THERE)
    expect(await ok(storage.updateBucket(id, { public: true, fileSizeLimit: null, allowedMimeTypes: null })))
      .toEqual({ message: 'Successfully updated' })
    expect(await ok(storage.getBucket(id))).toMatchObject({
      public: true,
      file_size_limit: null,
      allowed_mime_types: null,
    })
    expect((await ok(storage.listBuckets({ search: `life-${RUN}` }))).map((bucket) => bucket.id)).toEqual([
      id,
    ])

    await ok(storage.from(id).upload('a/b.txt', 'text'))
    expect(await failure(storage.deleteBucket(id))).toEqual({
      message: 'The bucket you tried to delete is not empty',
      status: 400,
      statusCode: '409',
    })
    expect((await ok(storage.emptyBucket(id))).message).toMatch(
      /^Empty bucket has been queued|^Successfully emptied/,
    )
    await expect.poll(async () => (await ok(storage.from(id).list())).length).toBe(0)
    expect(await ok(storage.deleteBucket(id))).toEqual({ message: 'Successfully deleted' })
    expect(await failure(storage.getBucket(id))).toEqual(NO_BUCKET)
    expect(await failure(storage.updateBucket(id, { public: true }))).toEqual(NO_BUCKET)
    expect(await failure(storage.deleteBucket(id))).toEqual(NO_BUCKET)
    expect(await failure(storage.emptyBucket(id))).toEqual(NO_BUCKET)
  })

  test('are listed in the order and the slice asked for', async () => {
    const { storage } = target.service
    for (const name of ['c', 'a', 'b']) await ok(storage.createBucket(`order-${RUN}-${name}`))
    const list = async (options: object) =>
      (await ok(storage.listBuckets({ search: `order-${RUN}`, ...options }))).map((bucket) =>
        bucket.id.at(-1)
      )
    expect(await list({ sortColumn: 'name', sortOrder: 'desc' })).toEqual(['c', 'b', 'a'])
    expect(await list({ sortColumn: 'created_at', sortOrder: 'asc' })).toEqual(['c', 'a', 'b'])
    expect(await list({ sortColumn: 'name', limit: 1, offset: 1 })).toEqual(['b'])
  })

  test('are emptied by the secret key only', async () => {
    expect(await failure(ana.client.storage.emptyBucket(PUBLIC))).toMatchObject({
      message: 'Access denied: Invalid role',
      status: 403,
    })
  })

  test('belong to policies: without any, nobody but the secret key sees or makes one', async () => {
    expect(await failure(ana.client.storage.createBucket(`mine-${RUN}`))).toEqual(REFUSED)
    expect(await ok(ana.client.storage.listBuckets())).toEqual([])
    expect(await failure(ana.client.storage.getBucket(PUBLIC))).toEqual(NO_BUCKET)
    expect(await failure(ana.client.storage.deleteBucket(PUBLIC))).toEqual(NO_BUCKET)
  })

  test('have names and limits that make sense', async () => {
    const { storage } = target.service
    for (const name of ['a/b', ' padded', 'über', 'x'.repeat(101)]) {
      expect(await failure(storage.createBucket(name))).toMatchObject({ statusCode: '400' })
    }
    expect(await failure(storage.createBucket(`limit-${RUN}`, { public: false, fileSizeLimit: 'many' })))
      .toEqual({
        message: 'Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B',
        status: 400,
        statusCode: '400',
      })
    expect(await failure(storage.createBucket(`limit-${RUN}`, { public: false, fileSizeLimit: '900gb' })))
      .toMatchObject({
        statusCode: '413',
      })
    expect(
      await failure(storage.createBucket(`types-${RUN}`, { public: false, allowedMimeTypes: ['no type'] })),
    )
      .toMatchObject({
        statusCode: '415',
      })
  })
})

describe('uploads', () => {
  const bytes = Buffer.from([0, 1, 2, 255, 254, 10, 13])

  test.each([
    ['a Buffer', () => bytes],
    [
      'an ArrayBuffer',
      () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    ],
    ['a Blob', () => new Blob([bytes], { type: 'application/x-thing' })],
    ['a File', () => new File([bytes], 'thing.bin', { type: 'application/x-thing' })],
    ['a web stream', () => new Blob([bytes]).stream()],
    ['a Node stream', () => Readable.from([bytes])],
    ['a form', () => {
      const form = new FormData()
      form.append('', new Blob([bytes], { type: 'application/x-thing' }), 'thing.bin')
      return form
    }],
  ])('%s arrives byte for byte', async (kind, body) => {
    const path = `forms/${kind.replaceAll(' ', '-')}`
    const { storage } = target.service
    const options = kind.endsWith('stream') ? { duplex: 'half' } : {}
    const uploaded = await ok(
      storage.from(PUBLIC).upload(path, body(), { contentType: 'application/x-thing', ...options }),
    )
    expect(uploaded).toMatchObject({ path, fullPath: `${PUBLIC}/${path}`, id: expect.any(String) })
    const blob = await ok(storage.from(PUBLIC).download(path))
    expect(Buffer.from(await blob.arrayBuffer())).toEqual(bytes)
    expect(blob.type).toBe('application/x-thing')
  })

  test('JSON and text are kept as bytes', async () => {
    const { storage } = target.service
    await ok(storage.from(PUBLIC).upload('raw.json', '{ "a" : 1 }', { contentType: 'application/json' }))
    expect(await (await ok(storage.from(PUBLIC).download('raw.json'))).text()).toBe('{ "a" : 1 }')
    await ok(storage.from(PUBLIC).upload('empty.txt', ''))
    expect((await ok(storage.from(PUBLIC).download('empty.txt'))).size).toBe(0)
  })

  test('a taken key is refused, unless it is to be replaced; then its id stays and its version changes', async () => {
    const { storage } = target.service
    const { id } = await ok(storage.from(PRIVATE).upload('twice.txt', 'one'))
    const before = await ok(storage.from(PRIVATE).info('twice.txt'))
    expect(await failure(storage.from(PRIVATE).upload('twice.txt', 'two'))).toEqual(ALREADY_THERE)
    expect((await ok(storage.from(PRIVATE).upload('twice.txt', 'three', { upsert: true }))).id).toBe(id)
    expect((await ok(storage.from(PRIVATE).update('twice.txt', 'four'))).id).toBe(id)
    const after = await ok(storage.from(PRIVATE).info('twice.txt'))
    expect(after.id).toBe(before.id)
    expect(after.version).not.toBe(before.version)
    expect(await (await ok(storage.from(PRIVATE).download('twice.txt'))).text()).toBe('four')
    await ok(storage.from(PRIVATE).update('made-by-update.txt', 'new'))
  })

  test('metadata, type and caching are kept', async () => {
    const { storage } = target.service
    const options = { metadata: { colour: 'red', n: 1 }, cacheControl: '60', contentType: 'text/x-note' }
    for (
      const [path, body] of [['meta-raw', 'x'], [
        'meta-form',
        new Blob(['x'], { type: 'text/x-note' }),
      ]] as const
    ) {
      await ok(storage.from(PRIVATE).upload(path, body, options))
      const info = await ok(storage.from(PRIVATE).info(path))
      expect(info).toMatchObject({
        name: path,
        bucketId: PRIVATE,
        size: 1,
        contentType: 'text/x-note',
        cacheControl: 'max-age=60',
        etag: '"9dd4e461268c8034f5c8564e155c67a6"',
        metadata: { colour: 'red', n: 1 },
      })
    }
    await ok(storage.from(PRIVATE).upload('meta-none', 'x'))
    expect((await ok(storage.from(PRIVATE).info('meta-none'))).metadata).toEqual({})
    const [row] = await target.sql`
      select metadata, user_metadata from storage.objects where bucket_id = ${PRIVATE} and name = 'meta-raw'`
    expect(row).toEqual({
      metadata: {
        eTag: '"9dd4e461268c8034f5c8564e155c67a6"',
        size: 1,
        mimetype: 'text/x-note',
        cacheControl: 'max-age=60',
        lastModified: expect.stringMatching(/Z$/),
        contentLength: 1,
        httpStatusCode: 200,
      },
      user_metadata: { colour: 'red', n: 1 },
    })
  })

  test('robots are told what the upload said', async () => {
    const upload = (path: string, tag: string) =>
      raw('POST', `/object/${PUBLIC}/${path}`, { body: 'x', headers: { 'x-robots-tag': tag } })
    const told = async (path: string) =>
      (await fetch(`${target.url}/storage/v1/object/public/${PUBLIC}/${path}`)).headers.get('x-robots-tag')
    expect((await upload('robots-1', 'all')).status).toBe(200)
    expect(await told('robots-1')).toBe('all')
    expect((await upload('robots-2', 'googlebot: max-snippet: 10, notranslate')).status).toBe(200)
    expect(await told('robots-2')).toBe('googlebot: max-snippet: 10, notranslate')
    expect(await (await upload('robots-3', 'invalidrule')).json()).toMatchObject({
      statusCode: '400',
      error: 'invalid_x_robots_tag',
      message: 'Invalid X-Robots-Tag header: Invalid X-Robots-Tag rule: "invalidrule"',
    })
  })

  test('the bucket decides about type and size', async () => {
    const { storage } = target.service
    const id = `limited-${RUN}`
    await ok(
      storage.createBucket(id, {
        public: false,
        fileSizeLimit: '1kb',
        allowedMimeTypes: ['image/png', 'text/*'],
      }),
    )
    const tooLarge = {
      message: 'The object exceeded the maximum allowed size',
      status: 400,
      statusCode: '413',
    }
    const text = { contentType: 'text/plain' }
    await ok(storage.from(id).upload('fits', Buffer.alloc(1000), text))
    expect(await failure(storage.from(id).upload('a', Buffer.alloc(1001), text))).toEqual(tooLarge)
    expect(
      await failure(storage.from(id).upload('b', new Blob([Buffer.alloc(1001)], { type: 'text/plain' }))),
    )
      .toEqual(tooLarge)
    const stream = new Blob([Buffer.alloc(5000)]).stream()
    expect(await failure(storage.from(id).upload('c', stream, { ...text, duplex: 'half' } as object)))
      .toEqual(tooLarge)
    expect(await failure(storage.from(id).upload('d', 'x', { contentType: 'image/jpeg' }))).toEqual({
      message: 'mime type image/jpeg is not supported',
      status: 400,
      statusCode: '415',
    })
    expect(await failure(storage.from(id).upload('e', 'x', { contentType: 'thing' }))).toMatchObject({
      statusCode: '415',
    })
    expect((await ok(storage.from(id).list())).map((object) => object.name)).toEqual(['fits'])
    // Studio's empty folders: no type asked, no byte allowed.
    const placeholder = { contentType: 'application/octet-stream' }
    await ok(storage.from(id).upload('folder/.emptyFolderPlaceholder', new Blob([]), placeholder))
    expect(
      await failure(storage.from(id).upload('other/.emptyFolderPlaceholder', new Blob(['x']), placeholder)),
    )
      .toEqual(tooLarge)
  })

  test('policies decide who writes, and say no in the words of Postgres', async () => {
    const own = `${ana.id}/own.txt`
    expect(await failure(target.visitor.storage.from(PRIVATE).upload('x.txt', 'x'))).toEqual(REFUSED)
    expect(await failure(ana.client.storage.from(PRIVATE).upload(`${ben.id}/x.txt`, 'x'))).toEqual(REFUSED)
    await ok(ana.client.storage.from(PRIVATE).upload(own, 'mine'))
    expect(await failure(ben.client.storage.from(PRIVATE).upload(own, 'his', { upsert: true }))).toEqual(
      REFUSED,
    )
    expect(await failure(ben.client.storage.from(PRIVATE).update(own, 'his'))).toEqual(REFUSED)
    await ok(ana.client.storage.from(PRIVATE).upload(own, 'mine again', { upsert: true }))
    const [row] = await target.sql`select owner, owner_id from storage.objects where name = ${own}`
    expect(row).toEqual({ owner: ana.id, owner_id: ana.id })
    // A refused write leaves nothing behind.
    expect(await (await ok(target.service.storage.from(PRIVATE).download(own))).text()).toBe('mine again')
  })

  test('policies see what is being done and by whom', async () => {
    const policy = `conformance_${RUN}_facts`
    await target.sql.unsafe(
      `create policy ${policy} on storage.objects for insert to authenticated with check (
      bucket_id = '${PUBLIC}' and name like 'facts/%'
      and storage.operation() = 'storage.object.upload'
      and storage.allow_only_operation('object.upload')
      and current_setting('request.method') = 'POST'
      and current_setting('request.headers')::json ->> 'x-reason' = 'because'
      and current_setting('request.jwt.claims')::json ->> 'sub' = owner_id
      and metadata ->> 'mimetype' = 'text/plain'
      and (metadata ->> 'contentLength')::int < 10
      and user_metadata ->> 'department' = 'shop'
    )`,
    )
    try {
      const from = ana.client.storage.from(PUBLIC)
      const metadata = { department: 'shop' }
      const headers = { 'x-reason': 'because' }
      const plain = { contentType: 'text/plain', metadata, headers }
      await ok(from.upload('facts/a', 'short', plain))
      await ok(from.upload('facts/b', new Blob(['short'], { type: 'text/plain' }), { metadata, headers }))
      expect(await failure(from.upload('facts/c', 'much too long', plain))).toEqual(REFUSED)
      expect(await failure(from.upload('facts/d', 'short', { ...plain, contentType: 'text/html' }))).toEqual(
        REFUSED,
      )
      expect(await failure(from.upload('facts/e', 'short', { ...plain, metadata: {} }))).toEqual(REFUSED)
      expect(await failure(from.upload('facts/f', 'short', { ...plain, headers: {} }))).toEqual(REFUSED)
    } finally {
      await target.sql.unsafe(`drop policy ${policy} on storage.objects`)
    }
  })

  test('keys: letters, digits and the signs of S3; nothing leads out of the bucket', async () => {
    const from = target.service.storage.from(PRIVATE)
    await ok(from.upload(`keys/a b!-.*'()&$@=;:+,_/c`, 'odd'))
    expect(await (await ok(from.download(`keys/a b!-.*'()&$@=;:+,_/c`))).text()).toBe('odd')
    const refused = async (path: string) => {
      const response = await raw('POST', `/object/${PRIVATE}/${path}`, { body: 'x' })
      return [response.status, await response.json()]
    }
    expect(await refused('caf%C3%A9')).toEqual([
      400,
      { statusCode: '400', error: 'InvalidKey', message: 'Invalid key: café', code: 'InvalidKey' },
    ])
    for (const path of ['a%23b', 'a%00b', 'a%5Bb', 'a~b', '%25', '']) {
      expect((await refused(path))[0], path).toBe(400)
    }
    expect((await refused('%ZZ'))[0]).toBe(400)
    // Dots are letters like any other: the key is kept as it is.
    const dots = await raw('POST', `/object/${PRIVATE}/..%2F..%2Fdots`, { body: 'inside' })
    expect(await dots.json()).toMatchObject({ Key: `${PRIVATE}/../../dots` })
    expect(await (await raw('GET', `/object/${PRIVATE}/..%2F..%2Fdots`)).text()).toBe('inside')
  })

  test('many at once to one key: one is new, the others are refused', async () => {
    const uploads = Array.from(
      { length: 8 },
      (_, n) => target.service.storage.from(PRIVATE).upload('race.txt', `${n}`),
    )
    const results = await Promise.all(uploads)
    expect(results.filter((result) => result.error === null)).toHaveLength(1)
    expect(results.filter((result) => result.error?.message === ALREADY_THERE.message)).toHaveLength(7)

    const updates = await Promise.all(
      Array.from(
        { length: 8 },
        (_, n) => target.service.storage.from(PRIVATE).update('race.txt', `${n}`.repeat(1000)),
      ),
    )
    expect(updates.every((result) => result.error === null)).toBe(true)
    const text = await (await ok(target.service.storage.from(PRIVATE).download('race.txt'))).text()
    expect(text).toBe(text[0]!.repeat(1000))
  })

  test('a type or a cache time that cannot be a header does no harm', async () => {
    const form = new FormData()
    form.append('contentType', 'text/plain\r\nx-evil: 1')
    form.append('cacheControl', '1\r\nx-evil: 1')
    form.append('', new Blob(['x']), 'x')
    expect((await raw('POST', `/object/${PUBLIC}/evil`, { body: form })).status).toBe(200)
    const response = await fetch(`${target.url}/storage/v1/object/public/${PUBLIC}/evil`)
    expect(response.status).toBeLessThan(500)
    expect(response.headers.has('x-evil')).toBe(false)
  })

  test('a missing bucket, a form without a file, a broken form', async () => {
    expect(await failure(target.service.storage.from(`none-${RUN}`).upload('x', 'x'))).toEqual(NO_BUCKET)
    const empty = new FormData()
    empty.append('cacheControl', '60')
    expect((await raw('POST', `/object/${PRIVATE}/empty-form`, { body: empty })).status).toBe(400)
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    for (const body of ['--x\r\nContent-Disp', 'nothing of the kind', '']) {
      expect((await raw('POST', `/object/${PRIVATE}/broken-form`, { body, headers })).status).toBe(400)
    }
    const noBoundary = { 'content-type': 'multipart/form-data' }
    expect((await raw('POST', `/object/${PRIVATE}/no-boundary`, { body: 'x', headers: noBoundary })).status)
      .toBe(400)
  })
})

describe('downloads', () => {
  const path = 'downloads/file.txt'
  const text = '0123456789'

  beforeAll(async () => {
    for (const bucket of [PUBLIC, PRIVATE]) {
      await ok(
        target.service.storage.from(bucket).upload(path, text, {
          contentType: 'text/plain',
          cacheControl: '9',
        }),
      )
    }
    await ok(ana.client.storage.from(PRIVATE).upload(`${ana.id}/note.txt`, 'for Ana'))
  })

  test('a public bucket is open, with everything a cache wants to know', async () => {
    const { publicUrl } = target.visitor.storage.from(PUBLIC).getPublicUrl(path).data
    const response = await fetch(publicUrl)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '10',
      'cache-control': 'max-age=9',
      'accept-ranges': 'bytes',
      'x-robots-tag': 'none',
      etag: '"781e5e245d69b566979b86e28d23f2c7"',
      'last-modified': expect.stringMatching(/GMT$/),
    })
    expect(await response.text()).toBe(text)
    for (const method of ['GET', 'HEAD']) {
      const info = await fetch(publicUrl.replace('/object/', '/object/info/'), { method })
      expect([method, info.headers.get('etag')]).toEqual([method, expect.stringMatching(/^"[0-9a-f]{32}"$/)])
      expect(info.headers.get('last-modified')).not.toBeNull()
      expect(info.headers.get('content-type')).toContain('application/json')
    }
    const head = await fetch(publicUrl, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', ''])
    expect((await fetch(`${target.url}/storage/v1/object/${PUBLIC}/${path}`)).status).toBe(200)
  })

  test('what the cache has is not sent again', async () => {
    const { publicUrl } = target.visitor.storage.from(PUBLIC).getPublicUrl(path).data
    const first = await fetch(publicUrl)
    const get = (headers: Record<string, string>) =>
      fetch(publicUrl, { headers }).then((response) => response.status)
    expect(await get({ 'if-none-match': first.headers.get('etag')! })).toBe(304)
    expect(await get({ 'if-none-match': '"other"' })).toBe(200)
    expect(await get({ 'if-modified-since': first.headers.get('last-modified')! })).toBe(304)
    expect(await get({ 'if-modified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' })).toBe(200)
  })

  test.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ])('the range %s', async (range, status, expected, contentRange) => {
    const { publicUrl } = target.visitor.storage.from(PUBLIC).getPublicUrl(path).data
    const response = await fetch(publicUrl, { headers: { range } })
    expect([response.status, await response.text(), response.headers.get('content-range')])
      .toEqual([status, expected, contentRange])
    expect(response.headers.get('content-length')).toBe(String(expected.length))
  })

  test('a range that lies outside is an error', async () => {
    const { publicUrl } = target.visitor.storage.from(PUBLIC).getPublicUrl(path).data
    const response = await fetch(publicUrl, { headers: { range: 'bytes=10-20' } })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
  })

  test('saving instead of showing', async () => {
    const from = target.visitor.storage.from(PUBLIC)
    const disposition = async (download: string | boolean) =>
      (await fetch(from.getPublicUrl(path, { download }).data.publicUrl)).headers.get('content-disposition')
    expect(await disposition(true)).toBe('attachment;')
    expect(await disposition('my.txt')).toBe(`attachment; filename=my.txt; filename*=UTF-8''my.txt`)
  })

  test('a page is served as text, so that it cannot run', async () => {
    await ok(
      target.service.storage.from(PUBLIC).upload('page.html', '<script>1</script>', {
        contentType: 'text/html',
      }),
    )
    const { publicUrl } = target.visitor.storage.from(PUBLIC).getPublicUrl('page.html').data
    expect((await fetch(publicUrl)).headers.get('content-type')).toBe('text/plain')
  })

  test('a private bucket is closed to everyone whom no policy lets in', async () => {
    const note = `${ana.id}/note.txt`
    expect(await (await ok(ana.client.storage.from(PRIVATE).download(note))).text()).toBe('for Ana')
    expect(await failure(ben.client.storage.from(PRIVATE).download(note))).toMatchObject({ status: 400 })
    expect(await failure(target.visitor.storage.from(PRIVATE).download(note))).toMatchObject({ status: 400 })
    const { publicUrl } = ana.client.storage.from(PRIVATE).getPublicUrl(note).data
    expect((await fetch(publicUrl)).status).toBe(400)
    const bare = await fetch(`${target.url}/storage/v1/object/${PRIVATE}/${note}`)
    expect([bare.status, await bare.json()]).toMatchObject([400, {
      statusCode: '404',
      error: 'Bucket not found',
    }])
    expect((await fetch(`${target.url}/storage/v1/object/authenticated/${PRIVATE}/${note}`)).status).toBe(400)
    const mine = await raw('GET', `/object/authenticated/${PRIVATE}/${note}`, { token: ana.token })
    expect(await mine.text()).toBe('for Ana')
    const his = await raw('GET', `/object/authenticated/${PRIVATE}/${note}`, { token: ben.token })
    expect([his.status, await his.json()]).toMatchObject([400, { statusCode: '404', error: 'not_found' }])
  })

  test('info and exists follow the same rules', async () => {
    const note = `${ana.id}/note.txt`
    expect(await ok(ana.client.storage.from(PRIVATE).info(note))).toMatchObject({ name: note, size: 7 })
    expect(await failure(ben.client.storage.from(PRIVATE).info(note))).toEqual(NO_OBJECT)
    expect((await ana.client.storage.from(PRIVATE).exists(note)).data).toBe(true)
    expect((await ben.client.storage.from(PRIVATE).exists(note)).data).toBe(false)
    expect((await ana.client.storage.from(PRIVATE).exists('nothing')).data).toBe(false)
    const response = await raw('GET', `/object/info/public/${PUBLIC}/${path}`)
    expect(await response.json()).toEqual({
      id: expect.any(String),
      name: path,
      version: expect.any(String),
      bucket_id: PUBLIC,
      size: 10,
      content_type: 'text/plain',
      cache_control: 'max-age=9',
      etag: '"781e5e245d69b566979b86e28d23f2c7"',
      metadata: {},
      last_modified: expect.stringMatching(/Z$/),
      created_at: expect.stringMatching(/Z$/),
    })
  })
})

describe('listings', () => {
  const bucket = `listing-${RUN}`
  const keys = [
    'b.txt',
    'a.txt',
    'folder/one.txt',
    'folder/two.txt',
    'folder/deep/three.txt',
    'Zebra/z.txt',
    'folder-2/x',
  ]

  beforeAll(async () => {
    await ok(target.service.storage.createBucket(bucket))
    for (const key of keys) await ok(target.service.storage.from(bucket).upload(key, key))
  })

  const list = async (prefix?: string, options?: object) =>
    (await ok(target.service.storage.from(bucket).list(prefix, options))).map((entry) => entry.name)

  test('a folder shows its objects and its folders, under their own names', async () => {
    expect((await list()).sort()).toEqual(['Zebra', 'a.txt', 'b.txt', 'folder', 'folder-2'])
    expect(await list('folder')).toEqual(['deep', 'one.txt', 'two.txt'])
    expect(await list('folder/')).toEqual(['deep', 'one.txt', 'two.txt'])
    expect(await list('folder/deep')).toEqual(['three.txt'])
    expect(await list('nothing')).toEqual([])
    const entries = await ok(target.service.storage.from(bucket).list('folder'))
    expect(entries[0]).toEqual({
      name: 'deep',
      id: null,
      updated_at: null,
      created_at: null,
      last_accessed_at: null,
      metadata: null,
    })
    expect(entries[1]).toMatchObject({
      name: 'one.txt',
      id: expect.any(String),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      metadata: { size: 14, mimetype: 'text/plain;charset=UTF-8' },
    })
  })

  test('in pages, in any order, and by the beginning of the name', async () => {
    expect(await list('folder', { limit: 2 })).toEqual(['deep', 'one.txt'])
    expect(await list('folder', { limit: 2, offset: 2 })).toEqual(['two.txt'])
    expect(await list('folder', { sortBy: { column: 'name', order: 'desc' } })).toEqual([
      'two.txt',
      'one.txt',
      'deep',
    ])
    expect(await list('folder', { sortBy: { column: 'created_at', order: 'desc' } })).toEqual([
      'deep',
      'two.txt',
      'one.txt',
    ])
    expect(await list('folder', { search: 'tw' })).toEqual(['two.txt'])
    expect(await list('', { search: 'fold%' })).toEqual([])
  })

  test('policies filter what is listed', async () => {
    await ok(ana.client.storage.from(PRIVATE).upload(`${ana.id}/listed.txt`, 'x'))
    const names = async (client: SupabaseClient) =>
      (await ok(client.storage.from(PRIVATE).list(ana.id))).map((entry) => entry.name)
    expect(await names(ana.client)).toContain('listed.txt')
    expect(await names(ben.client)).toEqual([])
    expect(await names(target.visitor)).toEqual([])
    expect(await ok(target.service.storage.from(`none-${RUN}`).list())).toEqual([])
  })

  /** Every key of a listing, asked for page by page. */
  async function pages(options: { limit: number; sortBy?: SortByV2 }): Promise<string[]> {
    const keys: string[] = []
    let cursor: string | undefined
    do {
      const page: SearchV2Result = await ok(
        target.service.storage.from(bucket).listV2({
          ...options,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      )
      keys.push(...page.objects.map((object) => object.name))
      expect(page.folders).toEqual([])
      expect(page.hasNext).toBe(page.nextCursor !== undefined)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return keys
  }

  test('by key, page by page', async () => {
    expect(await pages({ limit: 2 })).toEqual([...keys].sort())
    expect(await pages({ limit: 3, sortBy: { column: 'name', order: 'desc' } })).toEqual(
      [...keys].sort().reverse(),
    )
    expect(await pages({ limit: 3, sortBy: { column: 'created_at', order: 'asc' } })).toEqual(keys)
    expect(await pages({ limit: 3, sortBy: { column: 'created_at', order: 'desc' } })).toEqual(
      [...keys].reverse(),
    )
  })

  test('by key, with folders standing for what is below them', async () => {
    const from = target.service.storage.from(bucket)
    const page = await ok(from.listV2({ with_delimiter: true }))
    expect(page.folders.map((folder) => folder.name)).toEqual(['Zebra/', 'folder-2/', 'folder/'])
    expect(page.objects.map((object) => object.name)).toEqual(['a.txt', 'b.txt'])
    const inside = await ok(from.listV2({ with_delimiter: true, prefix: 'folder/' }))
    expect(inside.folders).toMatchObject([{ name: 'folder/deep/', key: 'deep' }])
    expect(inside.objects.map((object) => object.name)).toEqual(['folder/one.txt', 'folder/two.txt'])
    const small = await ok(from.listV2({ with_delimiter: true, limit: 1 }))
    const next = await ok(from.listV2({ with_delimiter: true, limit: 1, cursor: small.nextCursor! }))
    expect([small.folders[0]?.name, next.objects[0]?.name]).toEqual(['Zebra/', 'a.txt'])
  })

  test('by age, a folder is as old as the first object in it', async () => {
    const from = target.service.storage.from(bucket)
    const names = async (order: 'asc' | 'desc') => {
      const all: string[] = []
      let cursor: string | undefined
      do {
        const page: SearchV2Result = await ok(from.listV2({
          with_delimiter: true,
          limit: 1,
          sortBy: { column: 'created_at', order },
          ...(cursor === undefined ? {} : { cursor }),
        }))
        all.push(...[...page.folders, ...page.objects].map((entry) => entry.name))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      return all
    }
    const byAge = ['b.txt', 'a.txt', 'folder/', 'Zebra/', 'folder-2/']
    expect(await names('asc')).toEqual(byAge)
    expect(await names('desc')).toEqual([...byAge].reverse())
  })

  test('a listing that makes no sense is an error of the caller', async () => {
    const post = async (path: string, body: unknown) => {
      const response = await raw('POST', `${path}/${bucket}`, json(body))
      return [response.status, ((await response.json()) as { message: string }).message]
    }
    expect(await post('/object/list', {})).toEqual([400, "body must have required property 'prefix'"])
    expect(await post('/object/list', { prefix: '', limit: 0 })).toEqual([400, 'body/limit must be >= 1'])
    expect(await post('/object/list', { prefix: '', sortBy: { column: 'x' } })).toEqual([
      400,
      'body/sortBy/column must be equal to one of the allowed values',
    ])
    expect((await post('/object/list-v2', { cursor: 'nonsense' }))[0]).toBe(400)
  })
})

describe('move, copy and remove', () => {
  const from = () => target.service.storage.from(PRIVATE)
  const read = async (path: string, bucket = PRIVATE) =>
    await (await ok(target.service.storage.from(bucket).download(path))).text()

  test('a moved object keeps its id', async () => {
    const { id } = await ok(from().upload('move/from.txt', 'moving', { metadata: { kept: true } }))
    expect(await ok(from().move('move/from.txt', 'move/to.txt'))).toEqual({ message: 'Successfully moved' })
    expect(await read('move/to.txt')).toBe('moving')
    expect(await ok(from().info('move/to.txt'))).toMatchObject({ id, metadata: { kept: true } })
    expect(await failure(from().info('move/from.txt'))).toEqual(NO_OBJECT)
    await ok(from().move('move/to.txt', 'move/over.txt', { destinationBucket: PUBLIC }))
    expect(await read('move/over.txt', PUBLIC)).toBe('moving')
    expect(await failure(from().move('move/none.txt', 'move/x.txt'))).toEqual(NO_OBJECT)
    await ok(from().upload('move/taken.txt', 'there'))
    await ok(from().upload('move/again.txt', 'again'))
    expect(await failure(from().move('move/again.txt', 'move/taken.txt'))).toEqual(ALREADY_THERE)
    expect(await read('move/taken.txt')).toBe('there')
  })

  test('a copy has an id and an owner of its own, and outlives its source', async () => {
    const { id } = await ok(from().upload('copy/from.txt', 'copied', { metadata: { kept: true } }))
    expect(await ok(from().copy('copy/from.txt', 'copy/to.txt'))).toEqual({ path: `${PRIVATE}/copy/to.txt` })
    expect(await failure(from().copy('copy/from.txt', 'copy/to.txt'))).toEqual(ALREADY_THERE)
    expect(await failure(from().copy('copy/none.txt', 'copy/x.txt'))).toEqual(NO_OBJECT)
    await ok(from().copy('copy/from.txt', 'copy/over.txt', { destinationBucket: PUBLIC }))
    await ok(from().remove(['copy/from.txt']))
    expect(await read('copy/to.txt')).toBe('copied')
    expect(await read('copy/over.txt', PUBLIC)).toBe('copied')
    const info = await ok(from().info('copy/to.txt'))
    expect(info.id).not.toBe(id)
    expect(info.metadata).toEqual({ kept: true })

    const body = {
      bucketId: PRIVATE,
      sourceKey: 'copy/to.txt',
      destinationKey: 'copy/bare.txt',
      copyMetadata: false,
    }
    const response = await raw('POST', '/object/copy', json(body))
    expect(await response.json()).toMatchObject({
      Key: `${PRIVATE}/copy/bare.txt`,
      Id: expect.any(String),
      name: 'copy/bare.txt',
      bucket_id: PRIVATE,
      user_metadata: null,
      metadata: { size: 6 },
    })
  })

  test('removing answers with what was there', async () => {
    await ok(from().upload('remove/a.txt', 'a'))
    await ok(from().upload('remove/b.txt', 'b'))
    const removed = await ok(from().remove(['remove/b.txt', 'remove/none.txt', 'remove/a.txt']))
    expect(removed.map((object) => object.name)).toEqual(['remove/b.txt', 'remove/a.txt'])
    expect(removed[0]).toMatchObject({ id: expect.any(String), bucket_id: PRIVATE, metadata: { size: 1 } })
    expect(await ok(from().remove(['remove/a.txt']))).toEqual([])
    await ok(from().upload('remove/c.txt', 'c'))
    const one = await raw('DELETE', `/object/${PRIVATE}/remove/c.txt`)
    expect([one.status, await one.json()]).toEqual([200, { message: 'Successfully deleted' }])
    const again = await raw('DELETE', `/object/${PRIVATE}/remove/c.txt`)
    expect([again.status, await again.json()]).toMatchObject([400, { statusCode: '404', code: 'NoSuchKey' }])
  })

  test('policies decide about all three', async () => {
    const mine = `${ana.id}/policy.txt`
    await ok(ana.client.storage.from(PRIVATE).upload(mine, 'mine'))
    const ben_ = ben.client.storage.from(PRIVATE)
    expect(await failure(ben_.move(mine, `${ben.id}/stolen.txt`))).toEqual(NO_OBJECT)
    expect(await failure(ben_.copy(mine, `${ben.id}/stolen.txt`))).toEqual(NO_OBJECT)
    expect(await ok(ben_.remove([mine]))).toEqual([])
    const ana_ = ana.client.storage.from(PRIVATE)
    expect(await failure(ana_.move(mine, `${ben.id}/given.txt`))).toEqual(REFUSED)
    expect(await failure(ana_.copy(mine, `${ben.id}/given.txt`))).toEqual(REFUSED)
    const single = await raw('DELETE', `/object/${PRIVATE}/${mine}`, { token: ben.token })
    expect([single.status, await single.json()]).toMatchObject([400, {
      statusCode: '403',
      code: 'AccessDenied',
    }])
    expect(await read(mine)).toBe('mine')
    expect((await ok(ana_.remove([mine]))).map((object) => object.name)).toEqual([mine])
  })

  test('rows are deleted through the API only', async () => {
    await expect(target.sql`delete from storage.objects where bucket_id = ${PRIVATE}`).rejects.toThrow(
      'Direct deletion from storage tables is not allowed. Use the Storage API instead.',
    )
  })
})

describe('signed URLs', () => {
  test('let anyone read one object for a while', async () => {
    const path = `${ana.id}/signed file.txt`
    await ok(ana.client.storage.from(PRIVATE).upload(path, 'signed'))
    const { signedUrl } = await ok(
      ana.client.storage.from(PRIVATE).createSignedUrl(path, 60, { download: 'x.txt' }),
    )
    const response = await fetch(signedUrl)
    expect(await response.text()).toBe('signed')
    expect(response.headers.get('content-disposition')).toContain('filename=x.txt')
    expect(Date.parse(response.headers.get('expires') ?? '')).toBeGreaterThan(Date.now())
    expect(await failure(ben.client.storage.from(PRIVATE).createSignedUrl(path, 60))).toEqual(NO_OBJECT)
    const body = await (await raw('POST', `/object/sign/${PRIVATE}/${path}`, json({ expiresIn: 0 }))).json()
    expect(body).toMatchObject({ message: 'body/expiresIn must be >= 1' })
  })

  test('fail when they are old, of another object, or forged', async () => {
    const from = target.service.storage.from(PRIVATE)
    await ok(from.upload('signed/a.txt', 'a'))
    await ok(from.upload('signed/b.txt', 'b'))
    const { signedUrl } = await ok(from.createSignedUrl('signed/a.txt', 60))
    const short = await ok(from.createSignedUrl('signed/a.txt', 1))
    const answer = async (url: string) => {
      const response = await fetch(url)
      return [response.status, await response.json()]
    }
    expect(await answer(signedUrl.replace('a.txt', 'b.txt'))).toMatchObject([
      400,
      { error: 'InvalidSignature', message: 'Invalid signature' },
    ])
    expect(await answer(signedUrl.slice(0, -3) + 'abc')).toMatchObject([400, { error: 'InvalidJWT' }])
    expect(await answer(signedUrl.split('?')[0]!)).toMatchObject([
      400,
      { message: "querystring must have required property 'token'" },
    ])
    await expect.poll(() => answer(short.signedUrl), { timeout: 5_000, interval: 250 }).toMatchObject([
      400,
      { error: 'InvalidJWT', message: '"exp" claim timestamp check failed' },
    ])
  })

  test('come in batches, with an error for what may not be read', async () => {
    const from = ana.client.storage.from(PRIVATE)
    await ok(from.upload(`${ana.id}/batch.txt`, 'batch'))
    const signed = await ok(from.createSignedUrls([`${ana.id}/batch.txt`, 'nothing', `${ben.id}/x`], 60))
    expect(signed).toMatchObject([
      { path: `${ana.id}/batch.txt`, error: null },
      { path: 'nothing', error: 'Either the object does not exist or you do not have access to it' },
      { path: `${ben.id}/x`, error: 'Either the object does not exist or you do not have access to it' },
    ])
    expect(await (await fetch(signed[0]!.signedUrl!)).text()).toBe('batch')
  })

  test('let anyone upload one object, once, for the one who signed', async () => {
    const path = `${ana.id}/signed-upload.txt`
    expect(await failure(ben.client.storage.from(PRIVATE).createSignedUploadUrl(path))).toEqual(REFUSED)
    const { token, signedUrl } = await ok(ana.client.storage.from(PRIVATE).createSignedUploadUrl(path))
    expect(signedUrl).toContain(`/object/upload/sign/${PRIVATE}/${path}?token=`)
    const visitor = target.visitor.storage.from(PRIVATE)
    expect(await ok(visitor.uploadToSignedUrl(path, token, 'by a visitor', { contentType: 'text/plain' })))
      .toEqual({
        path,
        fullPath: `${PRIVATE}/${path}`,
      })
    expect(await failure(visitor.uploadToSignedUrl(path, token, 'twice'))).toEqual(ALREADY_THERE)
    expect(await failure(visitor.uploadToSignedUrl(`${path}.other`, token, 'x'))).toMatchObject({
      statusCode: '400',
    })
    const [row] = await target.sql`select owner_id from storage.objects where name = ${path}`
    expect(row).toEqual({ owner_id: ana.id })
    // The token of an upload opens no download.
    const url = `${target.url}/storage/v1/object/sign/${PRIVATE}/${path}?token=${token}`
    expect((await fetch(url)).status).toBe(400)

    expect(await failure(ana.client.storage.from(PRIVATE).createSignedUploadUrl(path))).toEqual(ALREADY_THERE)
    const again = await ok(ana.client.storage.from(PRIVATE).createSignedUploadUrl(path, { upsert: true }))
    await ok(visitor.uploadToSignedUrl(path, again.token, new Blob(['replaced'])))
    expect(await (await ok(ana.client.storage.from(PRIVATE).download(path))).text()).toBe('replaced')
  })
})

describe('images', () => {
  beforeAll(async () => {
    const picture = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#c33' } })
      .jpeg().toBuffer()
    for (const bucket of [PUBLIC, PRIVATE]) {
      // The type that was declared does not matter, the bytes do.
      await ok(target.service.storage.from(bucket).upload('picture', picture))
      await ok(
        target.service.storage.from(bucket).upload('no-picture', 'just text', { contentType: 'image/png' }),
      )
    }
  })

  const sizeOf = async (data: ArrayBuffer) => {
    const { width, height, format } = await sharp(Buffer.from(data)).metadata()
    return [width, height, format]
  }

  test('are resized on the way out', async () => {
    const from = target.visitor.storage.from(PUBLIC)
    const get = async (transform: object) => {
      const response = await fetch(from.getPublicUrl('picture', { transform }).data.publicUrl)
      expect(response.status).toBe(200)
      return response
    }
    const cover = await get({ width: 100, height: 100 })
    expect(cover.headers.get('x-transformations')).toBe('height:100,width:100,resizing_type:fill')
    expect(cover.headers.get('content-type')).toBe('image/jpeg')
    expect(await sizeOf(await cover.arrayBuffer())).toEqual([100, 100, 'jpeg'])
    expect(await sizeOf(await (await get({ width: 100, height: 100, resize: 'contain' })).arrayBuffer()))
      .toEqual([100, 50, 'jpeg'])
    expect(await sizeOf(await (await get({ width: 100, height: 150, resize: 'fill' })).arrayBuffer()))
      .toEqual([100, 150, 'jpeg'])
    expect(await sizeOf(await (await get({ width: 50 })).arrayBuffer())).toEqual([50, 25, 'jpeg'])
    const smallest = await get({ width: 100, quality: 20 })
    expect(smallest.headers.get('x-transformations')).toBe('width:100,resizing_type:fill,quality:20')
  })

  test('of a private bucket, with a token or signed', async () => {
    const from = target.service.storage.from(PRIVATE)
    const blob = await ok(from.download('picture', { transform: { width: 80 } }))
    expect(blob.type).toBe('image/jpeg')
    expect(
      await failure(target.visitor.storage.from(PRIVATE).download('picture', { transform: { width: 80 } })),
    )
      .toMatchObject({ status: 400 })
    const { signedUrl } = await ok(
      from.createSignedUrl('picture', 60, { transform: { width: 200, height: 200, quality: 60 } }),
    )
    expect(signedUrl).toContain('/render/image/sign/')
    const response = await fetch(signedUrl)
    expect(response.headers.get('x-transformations')).toBe(
      'height:200,width:200,resizing_type:fill,quality:60',
    )
    expect((await sizeOf(await response.arrayBuffer())).slice(0, 2)).toEqual([200, 200])
  })

  test('that are slightly broken are shown as far as they go', async () => {
    const wrongChecksum = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+/p94AAAAASUVORK5CYII=',
      'base64',
    )
    const photo = sharp({
      create: {
        width: 300,
        height: 200,
        channels: 3,
        background: '#c33',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    })
    const interrupted = async (format: 'jpeg' | 'png' | 'webp') => {
      const whole = await photo.clone().toFormat(format).toBuffer()
      return whole.subarray(0, Math.floor(whole.length * 0.9))
    }
    const broken = { wrongChecksum, jpeg: await interrupted('jpeg'), png: await interrupted('png') }
    for (const [name, picture] of Object.entries(broken)) {
      await ok(target.service.storage.from(PUBLIC).upload(`broken-${name}`, picture))
      const response = await fetch(
        `${target.url}/storage/v1/render/image/public/${PUBLIC}/broken-${name}?width=1&height=1`,
      )
      expect([name, response.status]).toEqual([name, 200])
      await response.arrayBuffer()
    }
  })

  test('that cannot be read are refused without a word of what reads them', async () => {
    const response = await fetch(`${target.url}/storage/v1/render/image/public/${PUBLIC}/no-picture?width=10`)
    expect([response.status, await response.json()]).toMatchObject([400, {
      error: 'InvalidRequest',
      message: 'The source image is invalid or unsupported for rendering',
    }])
  })

  test('are cut where they are told to', async () => {
    const half = (background: string) => ({ width: 100, height: 100, channels: 3 as const, background })
    const picture = await sharp({ create: { ...half('red'), width: 200 } })
      .composite([{ input: { create: half('blue') }, left: 100, top: 0 }]).png().toBuffer()
    await ok(target.service.storage.from(PUBLIC).upload('two-halves', picture))
    const redOf = async (
      query: string,
      url = `${target.url}/storage/v1/render/image/public/${PUBLIC}/two-halves?`,
    ) => {
      const response = await fetch(url + query)
      expect([query, response.status]).toEqual([query, 200])
      const { data, info } = await sharp(Buffer.from(await response.arrayBuffer())).raw()
        .toBuffer({ resolveWithObject: true })
      expect([info.width, info.height]).toEqual([100, 100])
      let red = 0
      for (let at = 0; at < data.length; at += info.channels) if (data[at]! > 128) red++
      return [red / 100, response.headers.get('x-transformations')?.split('fill')[1]]
    }
    const cut = 'width=100&height=100'
    expect(await redOf(cut)).toEqual([50, ''])
    expect(await redOf(`${cut}&gravity=we`)).toEqual([100, ',gravity:we'])
    expect(await redOf(`${cut}&gravity=soea`)).toEqual([0, ',gravity:soea'])
    expect(await redOf(`${cut}&gravity=ea&x_offset=30`)).toEqual([30, ',gravity:ea:30:0'])
    expect(await redOf(`${cut}&gravity=ce&x_offset=-0.1`)).toEqual([70, ',gravity:ce:-0.1:0'])
    expect(await redOf(`${cut}&gravity=fp&x_offset=0&y_offset=0.5`)).toEqual([100, ',gravity:fp:0:0.5'])
    expect((await redOf(`${cut}&gravity=sm`))[1]).toBe(',gravity:sm')
    const signed = await ok(
      target.service.storage.from(PUBLIC).createSignedUrl('two-halves', 60, {
        transform: { width: 100, height: 100, gravity: 'ea', x_offset: 30 } as object,
      }),
    )
    expect(await redOf('', signed.signedUrl)).toEqual([30, ',gravity:ea:30:0'])
    for (
      const wrong of ['gravity=up', 'gravity=fp', 'gravity=fp&x_offset=2&y_offset=0', 'gravity=no&x_offset=a']
    ) {
      const url = `${target.url}/storage/v1/render/image/public/${PUBLIC}/two-halves?${cut}&${wrong}`
      expect([wrong, (await fetch(url)).status]).toEqual([wrong, 400])
    }
  })

  test('that are none, or asked for in a way that makes no sense, are errors of the caller', async () => {
    const get = async (path: string) =>
      (await fetch(`${target.url}/storage/v1/render/image/public/${PUBLIC}/${path}`)).status
    expect(await get('no-picture?width=10')).toBe(400)
    expect(await get('picture?width=abc')).toBe(400)
    expect(await get('picture?quality=5')).toBe(400)
    expect(await get('picture?resize=stretch')).toBe(400)
    expect(await get('picture?width=999999')).toBe(200)
    expect(await get('none?width=10')).toBe(400)
  })
})

describe('tokens and requests that are wrong', () => {
  test('are refused in the words of upstream', async () => {
    const list = async (authorization: string) => {
      const response = await fetch(`${target.url}/storage/v1/bucket`, { headers: { authorization } })
      return [response.status, await response.json()]
    }
    const denied = (message: string) => [400, { statusCode: '403', error: 'Unauthorized', message }]
    expect(await list('Bearer nonsense')).toMatchObject(denied('Invalid Compact JWS'))
    expect(await list(`Bearer ${ana.token.slice(0, -6)}AAAAAA`)).toMatchObject(
      denied('signature verification failed'),
    )
    const none = `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${
      btoa('{"role":"service_role"}').replace(/=+$/, '')
    }.`
    expect((await list(`Bearer ${none}`))[0]).toBe(400)
    const response = await fetch(`${target.url}/storage/v1/bucket`)
    expect([response.status, await response.json()]).toMatchObject(denied('Invalid Compact JWS'))
    if (target.sign === undefined) return
    const expired = await target.sign({ role: 'service_role', exp: 1 })
    expect(await list(`Bearer ${expired}`)).toMatchObject(denied('"exp" claim timestamp check failed'))
    const strange = await target.sign({ role: 'no_such_role' })
    expect((await list(`Bearer ${strange}`))[0]).toBe(400)
    const superuser = await target.sign({ role: 'supabase_admin' })
    expect((await list(`Bearer ${superuser}`))[0]).toBe(400)
    const roleless = await target.sign({ sub: ana.id })
    expect(await list(`Bearer ${roleless}`)).toEqual([200, []])
  })

  test('never end in a 500', async () => {
    const bodies = ['{', '[]', 'null', '"text"', '{"name":1}', '{"name":{}}', 'x'.repeat(2_000_000)]
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json' }
      for (
        const path of [
          '/bucket',
          `/object/list/${PUBLIC}`,
          '/object/move',
          '/object/copy',
          `/object/sign/${PUBLIC}`,
        ]
      ) {
        const { status } = await raw('POST', path, { body, headers })
        expect([path, body.slice(0, 10), status < 500 && status >= 400]).toEqual([
          path,
          body.slice(0, 10),
          true,
        ])
      }
    }
    for (
      const path of [
        '/',
        '/object',
        '/object/',
        '/object//',
        '/nowhere',
        '/object/%',
        '/bucket/%FF',
        `/object/${PUBLIC}`,
      ]
    ) {
      expect((await raw('GET', path)).status, path).toBeLessThan(500)
    }
    const nothing = await raw('PUT', `/bucket/${PUBLIC}`, json({}))
    expect([nothing.status, await nothing.json()]).toMatchObject([400, {
      message: 'body must NOT have fewer than 1 properties',
    }])
    const list = await raw('POST', '/bucket', json([]))
    expect(await list.json()).toMatchObject({ message: 'body must be object' })
    const huge = await raw('POST', `/object/list/${PUBLIC}`, json({ prefix: '', offset: 2 ** 40 }))
    expect(huge.status).toBe(400)
    const metadata = { 'x-metadata': 'not base64 json', 'x-upsert': 'perhaps' }
    expect((await raw('POST', `/object/${PRIVATE}/odd-metadata`, { body: 'x', headers: metadata })).status)
      .toBe(200)
  })
})

describe('the helper functions of policies', () => {
  test('take names apart', async () => {
    const [row] = await target.sql`
      select storage.foldername('a/b/c.tar.gz') as folder, storage.filename('a/b/c.tar.gz') as file,
        storage.extension('a/b/c.tar.gz') as extension, storage.foldername('plain') as none,
        storage.operation() as operation, storage.allow_any_operation(array['storage.object.upload']) as allowed`
    expect(row).toMatchObject({
      folder: ['a', 'b'],
      file: 'c.tar.gz',
      extension: 'gz',
      none: [],
      allowed: false,
    })
  })
})
