import { z } from 'zod'
import type { CallSql } from '../_shared/sql.ts'

/** What copies are removed with. */
export interface Dependencies {
  sql: CallSql
  /** Removes files of the bucket `store-media`; those that are gone already do not matter. */
  remove(paths: string[]): Promise<void>
}

/** How many copies one run removes; the next one goes on. */
const MOST_A_RUN = 1000
/** How many Storage takes in one request. */
const AT_ONCE = 100

/** Removes copies of pictures that were replaced or deleted. */
export async function sweep({ sql, remove }: Dependencies): Promise<{ removed: number }> {
  const stale = await sql('list_stale_image_copies', { max: MOST_A_RUN }, z.array(z.string()))
  for (let at = 0; at < stale.length; at += AT_ONCE) await remove(stale.slice(at, at + AT_ONCE))
  return { removed: stale.length }
}
