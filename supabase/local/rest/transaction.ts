/** Runs a request's statement as one transaction, in the role and with the settings that it asks for. */
import type { Connection, Step, StepResult } from './database/connection.ts'
import { conditionMissing } from './errors.ts'
import { quoteLiteral, quoteName } from './sql/writer.ts'
import { reportedStatement, type WholeTableWrite, wholeTableWrite } from './whole-table.ts'

/** What surrounds a statement. */
export interface TransactionContext {
  readonly role: string
  /** Schemas in which names without a schema are looked up, in order. */
  readonly searchPath: readonly string[]
  /** `SET LOCAL` before the role takes over: what `ALTER ROLE … SET` says of it. */
  readonly roleSettings: readonly (readonly [name: string, value: string])[]
  /** `request.*` and whatever else is set once the role has taken over. */
  readonly settings: readonly (readonly [name: string, value: string])[]
  readonly readOnly: boolean
  /** Undefined: READ COMMITTED. */
  readonly isolation: string | undefined
  /** A function called first. */
  readonly preRequest: string | undefined
  /** Whether statements are prepared once and used again. */
  readonly prepares: boolean
  /** Whether a function that changes every row of a table, without a condition, undoes the transaction. */
  readonly guardsTables: boolean
}

/** A statement of the transaction. */
export interface Work {
  readonly sql: string
  readonly parameters: readonly (string | Buffer)[]
  /** See `Step`. */
  readonly binary?: readonly boolean[]
}

/** How a transaction ends. */
export type End = 'commit' | 'rollback'

/**
 * Runs `work` and gives each statement's result.
 * @param decide looks at the results before the transaction ends; throwing rolls back. Undefined means commit, which
 *   then needs no second trip to the database.
 */
export async function runTransaction(
  connection: Connection,
  context: TransactionContext,
  work: readonly Work[],
  decide: ((results: readonly StepResult[]) => End) | undefined,
): Promise<readonly StepResult[]> {
  const guard = context.guardsTables ? new TableGuard(connection, work) : undefined
  const explicit = decide !== undefined || guard !== undefined || context.isolation !== undefined
  const opening = explicit ? [begin(context)] : []
  const steps = [
    ...opening,
    settingsStep(context, !explicit && context.readOnly),
    ...(context.preRequest === undefined ? [] : [preRequestStep(context, context.preRequest)]),
    ...work.map((statement) => prepared(context, statement)),
  ]
  const take = (results: readonly StepResult[]) => results.slice(steps.length - work.length, steps.length)
  if (decide === undefined && guard === undefined) {
    // Everything up to the pipeline's end is one transaction, begun or not.
    return take(await connection.pipeline(explicit ? [...steps, COMMIT] : steps))
  }
  try {
    const results = take(await connection.pipeline(steps))
    guard?.check()
    const end = decide?.(results) ?? 'commit'
    await connection.pipeline(end === 'commit' ? [COMMIT] : [CHECK_CONSTRAINTS, ROLLBACK])
    return results
  } catch (error) {
    if (connection.closed === undefined && !connection.idle) await connection.pipeline([ROLLBACK])
    // What went wrong later would not have come to pass.
    guard?.check()
    throw error
  } finally {
    guard?.end()
  }
}

/** Listens to what functions run in a transaction. */
class TableGuard {
  readonly #connection: Connection
  #offence: WholeTableWrite | undefined

  /** @param work what the service itself runs, and has looked at before */
  constructor(connection: Connection, work: readonly Work[]) {
    this.#connection = connection
    const own = new Set(work.map(({ sql }) => sql))
    connection.onNotice = (notice) => {
      const statement = reportedStatement(notice)
      if (statement !== undefined && !own.has(statement)) this.#offence ??= wholeTableWrite(statement)
    }
  }

  /** Throws for the first statement that changed a whole table. */
  check(): void {
    if (this.#offence !== undefined) throw conditionMissing(this.#offence)
  }

  end(): void {
    this.#connection.onNotice = undefined
  }
}

const COMMIT: Step = { sql: 'commit', parameters: [] }
const ROLLBACK: Step = { sql: 'rollback', parameters: [] }
/** A transaction that is undone on purpose still tells what it would have violated. */
const CHECK_CONSTRAINTS: Step = { sql: 'set constraints all immediate', parameters: [] }

const begin = ({ isolation, readOnly }: TransactionContext): Step => ({
  sql: `begin isolation level ${isolation ?? 'read committed'} ${readOnly ? 'read only' : 'read write'}`,
  parameters: [],
})

function settingsStep(context: TransactionContext, asReadOnly: boolean): Step {
  const settings: [name: string, value: string][] = [
    ['search_path', context.searchPath.map(quoteName).join(', ')],
    ...context.roleSettings.map(([name, value]): [string, string] => [name, value]),
    // Every statement from here on is reported; see roles.sql for how.
    ...(context.guardsTables ? [['auto_explain.log_min_duration', '0'] as [string, string]] : []),
    ['role', context.role],
    ...context.settings.map(([name, value]): [string, string] => [name, value]),
  ]
  const calls = settings.map(([name], index) => `set_config(${quoteLiteral(name)}, $${index + 1}, true)`)
  if (asReadOnly) calls.unshift(`set_config('transaction_read_only', 'on', true)`)
  const sql = `select ${calls.join(', ')}`
  const parameters = settings.map(([, value]) => value)
  return context.prepares ? { sql, parameters, key: sql } : { sql, parameters }
}

function preRequestStep(context: TransactionContext, name: string): Step {
  const quoted = name.split('.').map((part) => (part.startsWith('"') ? part : quoteName(part))).join('.')
  return prepared(context, { sql: `select ${quoted}()`, parameters: [] })
}

/** Policies and names mean something else to another role or under another path: so does a prepared statement. */
function prepared({ prepares, role, searchPath }: TransactionContext, work: Work): Step {
  return prepares ? { ...work, key: `${role}\0${searchPath[0]}\0${work.sql}` } : work
}
