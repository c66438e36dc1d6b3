import type postgres from 'postgres'
import type { Change, Column, Relation, Row } from '../replication/pgoutput.ts'

/** A column of a change, as `realtime.apply_rls` reads it (the form of wal2json's format 2). */
interface WalColumn {
  name: string
  type: null
  typeoid: number
  value: string | null
}

/** One change, as `realtime.apply_rls` reads it. */
export interface WalRecord {
  action: 'I' | 'U' | 'D'
  schema: string
  table: string
  timestamp: string
  columns?: WalColumn[]
  identity?: WalColumn[]
  pk: { name: string }[]
}

const ACTIONS = { insert: 'I', update: 'U', delete: 'D' } as const
const BYTEA = 17

/** Turns decoded changes into the form that the visibility check reads. */
export class WalWriter {
  /** A relation is a new object whenever its table was altered, so an entry never grows old. */
  readonly #primaryKeys = new WeakMap<Relation, Promise<string[]>>()

  constructor(readonly sql: postgres.Sql) {}

  /** @throws database errors of the catalog lookup that the first change of a table needs */
  async write(change: Change): Promise<WalRecord> {
    const { kind, relation, transaction, row, oldRow } = change
    const primaryKey = await this.#primaryKey(relation)
    const record: WalRecord = {
      action: ACTIONS[kind],
      schema: relation.schema,
      table: relation.name,
      timestamp: transaction.committedAt.toISOString(),
      pk: primaryKey.map((name) => ({ name })),
    }
    if (row !== undefined) record.columns = columns(relation.columns, row)
    if (kind !== 'insert') {
      // An update that leaves the identity alone does not log it again: then it is the one of the new row.
      record.identity = columns(relation.columns, oldRow ?? row ?? [], (column) => column.isKey)
    }
    return record
  }

  #primaryKey(relation: Relation): Promise<string[]> {
    let key = this.#primaryKeys.get(relation)
    if (key === undefined) {
      key = this.#lookUp(relation.oid)
      this.#primaryKeys.set(relation, key)
      key.catch(() => this.#primaryKeys.delete(relation))
    }
    return key
  }

  async #lookUp(oid: number): Promise<string[]> {
    const rows = await this.sql<{ name: string }[]>`
      select a.attname as name
      from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indrelid = ${oid}::oid and i.indisprimary`
    return rows.map(({ name }) => name)
  }
}

function columns(
  described: Column[],
  row: Row,
  wanted: (column: Column) => boolean = () => true,
): WalColumn[] {
  return described.flatMap((column, index) => {
    const value = row[index]
    if (value === undefined || !wanted(column)) return []
    const text = column.typeOid === BYTEA && value !== null ? value.replace(/^\\x/, '') : value
    return { name: column.name, type: null, typeoid: column.typeOid, value: text }
  })
}
