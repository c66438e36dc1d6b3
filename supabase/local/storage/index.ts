import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { z } from 'zod'
import { connect, type Database } from '../database.ts'
import { sendJson } from '../http.ts'
import { JwtVerifier } from '../jwt.ts'
import { type Keys, verificationKeys } from '../keys.ts'
import type { Service } from '../service.ts'
import { bucketRoutes } from './buckets.ts'
import { serviceCaller } from './caller.ts'
import type { Route, StorageContext } from './context.ts'
import { downloadRoutes } from './downloads.ts'
import { notImplemented } from './errors.ts'
import { FileStore } from './files.ts'
import { ImageRenderer, imageRoutes } from './images.ts'
import { parseConfiguredSize } from './limits.ts'
import { listingRoutes } from './listing.ts'
import { movingRoutes } from './moving.ts'
import { removingRoutes } from './removing.ts'
import { resumableRoutes } from './resumable.ts'
import { ResumableStore } from './resumable-store.ts'
import { Router } from './router.ts'
import { Sessions } from './sessions.ts'
import { signingRoutes } from './signing.ts'
import { uploadRoutes } from './uploads.ts'

/** A size in config.toml, as `50MiB`; becomes a number of bytes. */
const size = z.string().transform((text, context) => {
  const bytes = parseConfiguredSize(text)
  if (bytes !== undefined) return bytes
  context.addIssue({ code: 'custom', message: `"${text}" is no size; write it as 50MiB` })
  return z.NEVER
})

/** The section [storage] of config.toml. */
export const StorageConfig = z.object({
  enabled: z.boolean().default(true),
  /** The largest object. */
  file_size_limit: size.prefault('50MiB'),
  image_transformation: z.object({ enabled: z.boolean().default(true) }).prefault({}),
  /** Buckets that are made, or brought to these settings, at each start. */
  buckets: z.record(
    z.string(),
    z.object({
      public: z.boolean().default(false),
      file_size_limit: size.optional(),
      allowed_mime_types: z.array(z.string()).default([]),
    }),
  ).default({}),
})
export type StorageConfig = z.output<typeof StorageConfig>

/** What `startStorage` needs. */
export interface StorageOptions {
  database: Database
  keys: Keys
  config: StorageConfig
  /** Folder of the objects' bytes; made if it is not there. */
  directory: string
}

const MAX_CONNECTIONS = 10

/** A statement that takes longer is cancelled, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000

/** How long to wait before connecting again. */
const RECONNECT_SECONDS = 0.2

/** How often files without a row are looked for. */
const SWEEP_INTERVAL_MS = 3_600_000

/** How long requests may go on once the platform ends, in milliseconds. */
const DRAIN_LIMIT_MS = 5_000

/** Whose contract is followed: the version that the pinned official CLI runs. */
const VERSION = '1.90.1'

const miscellaneous: Route[] = [
  { method: 'GET', pattern: '/status', handle: async (_storage, { res }) => void res.writeHead(200).end() },
  {
    method: 'GET',
    pattern: '/version',
    handle: async (_storage, { res }) =>
      void res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(VERSION),
  },
  {
    method: 'GET',
    pattern: '/health',
    handle: async (_storage, { res }) => sendJson(res, 200, { healthy: true }),
  },
]

/** Protocols of Storage that are not served, and say so. */
const absent: Route[] = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).flatMap((method) => [
  { method, pattern: '/s3/*', handle: refuse('The S3 protocol') },
  { method, pattern: '/iceberg/*', handle: refuse('Storage for analytics') },
  { method, pattern: '/vector/*', handle: refuse('Storage for vectors') },
])

function refuse(what: string): Route['handle'] {
  return async () => {
    throw notImplemented(what)
  }
}

/** Starts Storage: the HTTP API of Supabase Storage over a folder and the schema `storage`. */
export async function startStorage({ database, keys, config, directory }: StorageOptions): Promise<Service> {
  const files = await FileStore.open(directory)
  const uploads = await ResumableStore.open(join(directory, 'resumable'))
  const sql = connect(database, 'supabase_storage_admin', {
    max: MAX_CONNECTIONS,
    connection: { application_name: 'storage', statement_timeout: String(STATEMENT_TIMEOUT_MS) },
    // A database that comes back is to be noticed at once; the driver's own pauses grow to 20 s.
    backoff: () => RECONNECT_SECONDS,
    // Sizes fit into a JavaScript number.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
  const storage: StorageContext = {
    sessions: new Sessions(sql),
    files,
    verifier: new JwtVerifier(verificationKeys(keys)),
    keys,
    service: serviceCaller(keys),
    fileSizeLimit: config.file_size_limit,
    images: config.image_transformation.enabled ? new ImageRenderer() : undefined,
  }
  await makeBuckets(sql, config).catch(async (error: unknown) => {
    await sql.end()
    throw error
  })
  const router = new Router(storage, [
    ...miscellaneous,
    ...absent,
    ...resumableRoutes(uploads),
    ...bucketRoutes,
    ...listingRoutes,
    ...signingRoutes,
    ...movingRoutes,
    ...(storage.images === undefined ? [] : imageRoutes),
    ...uploadRoutes,
    ...downloadRoutes,
    ...removingRoutes,
  ])

  const sweep = async () => {
    await files.sweep(async (versions) => {
      const rows = await sql<{ version: string }[]>`
        select version from storage.objects where version = any(${versions})`
      return new Set(rows.map((row) => row.version))
    }).then(() => uploads.deleteExpired()).catch((error: unknown) =>
      console.error('storage: looking for files that nobody needs failed:', error)
    )
  }
  let sweeping = sweep()
  const timer = setInterval(() => sweeping = sweep(), SWEEP_INTERVAL_MS)
  timer.unref()

  const inFlight = new Set<Promise<void>>()
  return {
    async handle(req, res) {
      const answered = router.handle(req, res)
      inFlight.add(answered)
      await answered.finally(() => inFlight.delete(answered))
    },
    async close() {
      clearInterval(timer)
      const drained = new AbortController()
      await Promise.race([
        Promise.allSettled([...inFlight, sweeping]),
        sleep(DRAIN_LIMIT_MS, undefined, { signal: drained.signal }).catch(() => {}),
      ])
      drained.abort()
      await sql.end({ timeout: 5 })
    },
  }
}

async function makeBuckets(sql: postgres.Sql, { buckets }: StorageConfig): Promise<void> {
  for (const [id, bucket] of Object.entries(buckets)) {
    const settings = {
      public: bucket.public,
      file_size_limit: bucket.file_size_limit ?? null,
      allowed_mime_types: bucket.allowed_mime_types.length === 0 ? null : bucket.allowed_mime_types,
    }
    await sql`
      insert into storage.buckets ${sql({ id, name: id, ...settings })}
      on conflict (id) do update set ${sql(settings)}`
  }
}
