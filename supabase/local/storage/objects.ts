import type postgres from 'postgres'
import type { Caller } from './caller.ts'
import { asKeyError } from './errors.ts'
import type { ObjectMetadata } from './metadata.ts'
import type { RequestFacts, Sessions, Transaction } from './sessions.ts'

/** What routes need to know of a bucket. */
export interface Bucket {
  id: string
  public: boolean
  file_size_limit: number | null
  allowed_mime_types: string[] | null
}

/** A row of storage.objects, without the generated column. */
export interface ObjectRow {
  id: string
  bucket_id: string
  name: string
  owner: string | null
  owner_id: string | null
  created_at: Date
  updated_at: Date
  last_accessed_at: Date
  metadata: ObjectMetadata | null
  version: string | null
  user_metadata: postgres.JSONValue | null
}

/** What a write sets of an object. */
export interface ObjectWrite {
  bucket_id: string
  name: string
  owner: string | null
  owner_id: string | null
  version: string
  metadata: Partial<ObjectMetadata>
  user_metadata: postgres.JSONValue | null
}

/** The columns of an object, as `returning` gives them. */
export const objectColumns = (tx: Transaction) =>
  tx`id, bucket_id, name, owner, owner_id, created_at, updated_at, last_accessed_at, metadata, version, user_metadata`

/** Finds a bucket that the caller may see. */
export async function findBucket(tx: Transaction, id: string): Promise<Bucket | undefined> {
  const [bucket] = await tx<Bucket[]>`
    select id, coalesce(public, false) as public, file_size_limit, allowed_mime_types
    from storage.buckets where id = ${id}`
  return bucket
}

/** Finds an object that the caller may see. */
export async function findObject(
  tx: Transaction,
  bucket: string,
  key: string,
): Promise<ObjectRow | undefined> {
  const [object] = await tx<ObjectRow[]>`
    select ${objectColumns(tx)} from storage.objects where bucket_id = ${bucket} and name = ${key}`
  return object
}

/** Adds an object; a key that is taken is an error of the database. */
export async function insertObject(tx: Transaction, write: ObjectWrite): Promise<void> {
  await tx`insert into storage.objects ${tx(columnsOf(tx, write))}`
}

/** Adds or replaces an object. The id of a replaced object stays. */
export async function upsertObject(tx: Transaction, write: ObjectWrite): Promise<ObjectRow> {
  const [object] = await tx<ObjectRow[]>`
    insert into storage.objects ${tx(columnsOf(tx, write))}
    on conflict (bucket_id, name) do update set
      owner = excluded.owner,
      owner_id = excluded.owner_id,
      version = excluded.version,
      metadata = excluded.metadata,
      user_metadata = excluded.user_metadata
    returning ${objectColumns(tx)}`
  return object!
}

/**
 * Adds or replaces an object with the caller's rights, and takes that back.
 * @throws {StorageError} what the caller may not do, or a key that is taken
 */
export async function probeWrite(
  sessions: Sessions,
  caller: Caller,
  facts: RequestFacts,
  write: ObjectWrite,
  upsert: boolean,
): Promise<void> {
  await sessions.probe(
    caller,
    facts,
    async (tx) => upsert ? await upsertObject(tx, write) : await insertObject(tx, write),
  ).catch(asKeyError)
}

/**
 * Makes everyone who writes these keys wait for each other, until the transaction ends. Keys are locked in one order,
 * so that two moves in opposite directions cannot block each other for ever.
 */
export async function lockKeys(tx: Transaction, ...paths: string[]): Promise<void> {
  for (const path of [...new Set(paths)].sort()) {
    await tx`select pg_advisory_xact_lock(hashtextextended(${path}, 0))`
  }
}

function columnsOf(tx: Transaction, write: ObjectWrite) {
  return {
    ...write,
    metadata: tx.json(write.metadata),
    user_metadata: write.user_metadata === null ? null : tx.json(write.user_metadata),
  }
}
