/**
 * The messages of Postgres' output plugin pgoutput, protocol version 1, values as text.
 * Spec: PostgreSQL documentation, "Logical Replication Message Formats".
 */

/** A column as its relation describes it. */
export interface Column {
  name: string
  typeOid: number
  /** Part of the replica identity. */
  isKey: boolean
}

/** A table, as described before the first change to it and again whenever it was altered. */
export interface Relation {
  oid: number
  schema: string
  name: string
  columns: Column[]
}

/** Values of a row in column order: text, null, or undefined for a large value that did not change and was not sent. */
export type Row = (string | null | undefined)[]

/** The transaction that a change belongs to. */
export interface Transaction {
  xid: number
  /** When it committed. */
  committedAt: Date
}

/** One inserted, updated or deleted row. */
export interface Change {
  kind: 'insert' | 'update' | 'delete'
  relation: Relation
  transaction: Transaction
  /** The new row; absent for a delete. */
  row?: Row
  /** The old row, or only its replica identity (the other values are null); absent when nothing of it was logged. */
  oldRow?: Row
  /** Bytes of the message it came in. */
  size: number
}

/** Seconds between the epochs of Unix and Postgres. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)

/** Decodes one stream. It remembers relations and the current transaction, so every stream needs its own. */
export class PgOutputDecoder {
  readonly #relations = new Map<number, Relation>()
  #transaction: Transaction | undefined

  /** Gives the change that a message carries, or undefined for the messages around changes. */
  decode(message: Buffer): Change | undefined {
    const reader = new Reader(message)
    const kind = reader.char()
    switch (kind) {
      case 'B': {
        reader.skip(8) // position of the commit
        const committedAt = new Date(POSTGRES_EPOCH_MS + Number(reader.int64() / 1000n))
        this.#transaction = { committedAt, xid: reader.uint32() }
        return undefined
      }
      case 'R': {
        const relation = readRelation(reader)
        this.#relations.set(relation.oid, relation)
        return undefined
      }
      case 'I':
      case 'U':
      case 'D':
        return this.#change(reader, kind, message.length)
      default:
        return undefined // commit, truncate, origin, type, message: nobody asked for them
    }
  }

  #change(reader: Reader, kind: 'I' | 'U' | 'D', size: number): Change | undefined {
    const relation = this.#relations.get(reader.uint32())
    if (relation === undefined || this.#transaction === undefined) return undefined
    const change: Change = {
      kind: kind === 'I' ? 'insert' : kind === 'U' ? 'update' : 'delete',
      relation,
      transaction: this.#transaction,
      size,
    }
    // 'K' only the replica identity, 'O' the whole old row, 'N' the new row.
    for (let part = reader.char(); part !== ''; part = reader.char()) {
      const row = readRow(reader)
      if (part === 'N') change.row = row
      else change.oldRow = row
    }
    return change
  }
}

function readRelation(reader: Reader): Relation {
  const oid = reader.uint32()
  const schema = reader.text() || 'pg_catalog'
  const name = reader.text()
  reader.skip(1) // replica identity setting: every column says for itself whether it is part of it
  const columns = Array.from({ length: reader.uint16() }, () => {
    const isKey = (reader.uint8() & 1) === 1
    const column = { name: reader.text(), typeOid: reader.uint32(), isKey }
    reader.skip(4) // type modifier
    return column
  })
  return { oid, schema, name, columns }
}

function readRow(reader: Reader): Row {
  return Array.from({ length: reader.uint16() }, () => {
    switch (reader.char()) {
      case 'n':
        return null
      case 'u':
        return undefined
      default:
        return reader.bytes(reader.uint32()).toString('utf8')
    }
  })
}

class Reader {
  #offset = 0
  constructor(readonly data: Buffer) {}

  /** The next byte as a character; empty at the end. */
  char(): string {
    return this.#offset < this.data.length ? String.fromCharCode(this.uint8()) : ''
  }

  uint8(): number {
    return this.data.readUInt8(this.#offset++)
  }

  uint16(): number {
    return this.data.readUInt16BE((this.#offset += 2) - 2)
  }

  uint32(): number {
    return this.data.readUInt32BE((this.#offset += 4) - 4)
  }

  int64(): bigint {
    return this.data.readBigInt64BE((this.#offset += 8) - 8)
  }

  text(): string {
    const end = this.data.indexOf(0, this.#offset)
    const text = this.data.toString('utf8', this.#offset, end)
    this.#offset = end + 1
    return text
  }

  bytes(length: number): Buffer {
    return this.data.subarray(this.#offset, this.#offset += length)
  }

  skip(bytes: number): void {
    this.#offset += bytes
  }
}
