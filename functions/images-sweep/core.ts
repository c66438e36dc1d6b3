import { z } from 'zod'
import type { CallSql } from '../_shared/sql.ts'

/** What files are removed with. */
export interface Dependencies {
  sql: CallSql
  /** Removes files of a bucket; those that are gone already do not matter. */
  remove(bucket: string, paths: string[]): Promise<void>
}

/** What is removed from which bucket, and the function of the database that knows it. */
const STALE = [
  { bucket: 'store-media', listed: 'list_stale_image_copies' },
  { bucket: 'message-attachments', listed: 'list_stale_attachments' },
]
/** How many files of each bucket one run removes; the next one goes on. */
const MOST_A_RUN = 1000
/** How many Storage takes in one request. */
const AT_ONCE = 100

/** Removes copies of pictures that were replaced or deleted, and files of messages that nobody sees any more. */
export async function sweep({ sql, remove }: Dependencies): Promise<{ removed: number }> {
  let removed = 0
  for (const { bucket, listed } of STALE) {
    const stale = await sql(listed, { max: MOST_A_RUN }, z.array(z.string()))
    for (let at = 0; at < stale.length; at += AT_ONCE) await remove(bucket, stale.slice(at, at + AT_ONCE))
    removed += stale.length
  }
  return { removed }
}
