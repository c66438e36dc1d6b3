import { z } from 'zod'
import type { CallSql } from '../_shared/sql.ts'
import { type Fonts, layOut } from './pdf.ts'
import { receiptSheet } from './receipt.ts'

/** What documents are given out with. */
export interface Dependencies {
  /** As the caller: SQL decides who may have which document. */
  sql: CallSql
  files: Files
  fonts(): Promise<Fonts>
}

/** The private bucket of documents. */
export interface Files {
  /** An address that opens a file for a while, as the caller; null where there is no such file. */
  addressOf(path: string, seconds: number, name: string): Promise<string | null>
  /** Writes a file unless there is one. */
  put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
}

/** Where a document is read. */
export interface Issued {
  id: string
  reference: string | null
  url: string
  expires_at: string
}

const Document = z.object({
  id: z.uuid(),
  reference: z.string().nullable(),
  path: z.string(),
  content: z.unknown(),
  issued_at: z.string(),
})

/** Long enough to open it, too short to pass it on. */
const OPEN_SECONDS = 300

/**
 * The receipt of an order as PDF. It is made when it is first asked for, and lies in the bucket from then on.
 * @throws {Problem} 404 order_not_found, 403 store_role_required, 409 order_unpaid
 */
export async function giveReceipt(deps: Dependencies, orderId: string): Promise<Issued> {
  const document = await deps.sql('issue_receipt', { order_id: orderId }, Document)
  const { id, reference, path } = document
  const address = () => deps.files.addressOf(path, OPEN_SECONDS, `${reference ?? 'receipt'}.pdf`)
  const expires_at = new Date(Date.now() + OPEN_SECONDS * 1000).toISOString()
  const known = await address()
  if (known !== null) return { id, reference, url: known, expires_at }
  await deps.files.put(path, await layOut(receiptSheet(document), await deps.fonts()))
  const made = await address()
  if (made === null) throw new Error(`document ${id} was written and cannot be found`)
  return { id, reference, url: made, expires_at }
}
