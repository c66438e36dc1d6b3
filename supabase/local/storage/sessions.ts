import type { IncomingMessage } from 'node:http'
import type postgres from 'postgres'
import type { Caller } from './caller.ts'

/** A transaction in which the caller's role, claims and request are set. */
export type Transaction = postgres.TransactionSql

/** What of a request policies may read. */
export interface RequestFacts {
  method: string
  path: string
  headers: string
  /** Name of what the request does, such as `storage.object.upload`. */
  operation: string
}

/** Collects what policies may read of a request. */
export function factsOf(req: IncomingMessage, path: string, operation: string): RequestFacts {
  return { method: req.method ?? 'GET', path, headers: JSON.stringify(req.headers), operation }
}

/** Thrown to leave a transaction that must not commit. */
class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super('rolled back')
  }
}

/** Runs transactions as the people who call. The pool logs in as supabase_storage_admin and takes each caller's role. */
export class Sessions {
  readonly #sql: postgres.Sql

  constructor(sql: postgres.Sql) {
    this.#sql = sql
  }

  /** Runs `work` in one transaction with the caller's rights. */
  async run<Result>(
    caller: Caller,
    facts: RequestFacts,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return await this.#sql.begin(async (tx) => {
      await takeRole(tx, caller, facts)
      return await work(tx)
    }) as Result
  }

  /**
   * Runs `work` as `run` does and always rolls back: finds out whether the caller may do something, without doing it.
   * Rejects as the real thing would.
   */
  async probe<Result>(
    caller: Caller,
    facts: RequestFacts,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    try {
      await this.run(caller, facts, async (tx) => {
        throw new RolledBack(await work(tx))
      })
    } catch (error) {
      if (error instanceof RolledBack) return error.result as Result
      throw error
    }
    throw new Error('a probe has committed')
  }
}

/** Sets, for this transaction, everything that a policy may ask about the caller and the request. */
async function takeRole(tx: Transaction, caller: Caller, facts: RequestFacts): Promise<void> {
  await tx`
    select
      set_config('search_path', 'storage, public, extensions', true),
      set_config('request.jwt', ${caller.token}, true),
      set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true),
      set_config('request.jwt.claim.role', ${caller.role}, true),
      set_config('request.jwt.claim.sub', ${caller.claims.sub ?? ''}, true),
      set_config('request.headers', ${facts.headers}, true),
      set_config('request.method', ${facts.method}, true),
      set_config('request.path', ${facts.path}, true),
      set_config('storage.operation', ${facts.operation}, true),
      set_config('storage.allow_delete_query', 'true', true),
      set_config('role', ${caller.role}, true)`
}
