import type { Connection } from '../database/connection.ts'
import {
  type Catalog,
  type Column,
  type ComputedRelationship,
  keyOf,
  type MediaHandler,
  type QualifiedName,
  type Routine,
  type Table,
} from './catalog.ts'
import { mayWriteWholeTable } from '../whole-table.ts'
import * as queries from './queries.ts'
import {
  type ForeignKey,
  inheritPrimaryKeys,
  type KeyColumns,
  relationships,
  type View,
  viewKeys,
} from './relationships.ts'

/**
 * Reads the system catalogs.
 * @param exposed schemas whose objects requests may name
 * @param extraSearchPath schemas whose views may stand between an exposed view and its tables
 */
export async function loadCatalog(
  connection: Connection,
  exposed: readonly string[],
  extraSearchPath: readonly string[],
): Promise<Catalog> {
  const schemas = arrayLiteral(exposed)
  const asked: [sql: string, parameters: string[]][] = [
    [queries.TABLES, [schemas]],
    [queries.FOREIGN_KEYS, []],
    [queries.KEYS, []],
    [queries.VIEWS, [arrayLiteral([...exposed, ...extraSearchPath])]],
    [queries.ROUTINES, [schemas]],
    [queries.COMPUTED_RELATIONSHIPS, []],
    [queries.REPRESENTATIONS, []],
    [queries.MEDIA_HANDLERS, [arrayLiteral([...exposed, ...extraSearchPath])]],
    [queries.WRITING_FUNCTIONS, []],
  ]
  const results = await connection.pipeline([
    { sql: `begin isolation level repeatable read read only`, parameters: [] },
    {
      sql: `select set_config('search_path', '', true), set_config('statement_timeout', '0', true)`,
      parameters: [],
    },
    ...asked.map(([sql, parameters]) => ({ sql, parameters })),
    { sql: 'commit', parameters: [] },
  ])
  const answers = results.slice(2, -1).map(({ rows }) => JSON.parse(rows[0]![0]!.toString()) as unknown)
  const [rawTables, foreignKeys, keys, views, routines, computed, representations, handlers, sources] =
    answers as [
      (Omit<Table, 'columns'> & { columns: Column[] })[],
      ForeignKey[],
      KeyColumns[],
      View[],
      Routine[],
      Omit<ComputedRelationship, 'kind'>[],
      [string, string][],
      (Omit<MediaHandler, 'target'> & { target: QualifiedName | null })[],
      string[],
    ]
  const inherited = viewKeys(views, keys)
  const withColumns = rawTables.map((table): Table => ({
    ...table,
    columns: new Map(table.columns.map((column) => [column.name, column])),
  }))
  const all = new Map(inheritPrimaryKeys(withColumns, inherited).map((table) => [keyOf(table), table]))
  return {
    tables: new Map([...all].filter(([, table]) => exposed.includes(table.schema))),
    relationships: relationships(
      all,
      foreignKeys,
      inherited,
      computed.map((relationship) => ({ kind: 'computed', ...relationship })),
      exposed,
    ),
    routines: groupRoutines(routines),
    representations: new Map(representations),
    mediaHandlers: handlers.map((handler) => ({ ...handler, target: handler.target ?? undefined })),
    writesWholeTables: sources.some(mayWriteWholeTable),
  }
}

/** An array as Postgres reads it from text. */
export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}

function groupRoutines(routines: readonly Routine[]): Map<string, Routine[]> {
  const groups = new Map<string, Routine[]>()
  for (const routine of routines) {
    const list = groups.get(keyOf(routine))
    if (list === undefined) groups.set(keyOf(routine), [routine])
    else list.push(routine)
  }
  for (const list of groups.values()) list.sort(byParameters)
  return groups
}

/** Fewer parameters come first, so that messages list overloads the same way each time. */
function byParameters(left: Routine, right: Routine): number {
  const spell = ({ parameters }: Routine) => parameters.map(({ name, type }) => `${name} ${type}`).join()
  return left.parameters.length - right.parameters.length || (spell(left) < spell(right) ? -1 : 1)
}
