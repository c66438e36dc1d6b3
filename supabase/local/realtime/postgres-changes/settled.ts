import type postgres from 'postgres'

const RETRY_MS = 5
const PATIENCE_MS = 1_000

/**
 * Waits until every one of these transactions is visible to other sessions. A commit reaches the log a moment before it
 * becomes visible, so a change can arrive here while its row cannot be found yet, and would be hidden from everyone.
 * @param xids 32-bit transaction ids, as the log has them
 */
export async function awaitSettled(sql: postgres.Sql, xids: number[]): Promise<void> {
  const distinct = [...new Set(xids)]
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    const [row] = await sql<{ snapshot: string }[]>`select pg_catalog.pg_current_snapshot()::text as snapshot`
    if (row === undefined || distinct.every((xid) => isSettled(row.snapshot, xid))) return
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

/**
 * Whether a transaction is over as far as a snapshot is concerned.
 * @param snapshot `xmin:xmax:running,running…`, with 64-bit ids
 */
export function isSettled(snapshot: string, xid: number): boolean {
  const [, xmax = '0', running = ''] = snapshot.split(':')
  const next = BigInt(xmax)
  // The log's ids are the lower half; the upper half is the snapshot's, or one less just after it was counted up.
  let full = (next & ~0xffffffffn) | BigInt(xid)
  if (full > next + 0x7fffffffn) full -= 0x100000000n
  else if (full + 0x7fffffffn < next) full += 0x100000000n
  return full < next && !running.split(',').includes(String(full))
}
