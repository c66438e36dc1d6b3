import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { TokenClaims } from './tokens.ts'
import { codeOf, databaseFailure } from './failures.ts'

/** What one kind of message needs a right for. */
export type Extension = 'broadcast' | 'presence'

/** Who asks to use which private topic. */
export interface Asker {
  /** Without `realtime:`. */
  topic: string
  claims: TokenClaims
  /** Headers of the request that opened the socket, or of the HTTP call. */
  headers: Record<string, string>
}

/**
 * Asks the policies on `realtime.messages`: SELECT is the right to receive, INSERT the right to send. Each question is
 * a transaction with probe rows that is always rolled back, so a policy sees exactly what it sees upstream:
 * `realtime.topic()`, the claims, the headers, and a row that has a topic and an extension and nothing else.
 */
export class Authorizer {
  /** @param sql connections that own `realtime.messages` and may become every role of the API */
  constructor(readonly sql: postgres.Sql) {}

  /**
   * What the asker may receive.
   * @throws {DatabaseFailure} when the question could not be asked. A policy that raises an error means no.
   */
  async mayReceive(asker: Asker, extensions: Extension[]): Promise<Record<Extension, boolean>> {
    const probes = extensions.map((extension) => ({ id: randomUUID(), topic: asker.topic, extension }))
    const rows = await this.#ask(asker, async (tx) => {
      // All three are sent at once: one round trip, though each needs the one before.
      const [, , visible] = await Promise.all([
        tx`insert into realtime.messages ${tx(probes, 'id', 'topic', 'extension')}`,
        become(tx, asker),
        tx<{ id: string }[]>`select id from realtime.messages where id in ${tx(probes.map(({ id }) => id))}`,
      ])
      return visible.map(({ id }) => id)
    }, [])
    const received = (extension: Extension) =>
      probes.some((probe) => probe.extension === extension && rows.includes(probe.id))
    return { broadcast: received('broadcast'), presence: received('presence') }
  }

  /**
   * Whether the asker may send.
   * @throws {DatabaseFailure} when the question could not be asked
   */
  async maySend(asker: Asker, extension: Extension): Promise<boolean> {
    return await this.#ask(asker, async (tx) => {
      // No RETURNING: that would need the right to receive as well.
      await Promise.all([
        become(tx, asker),
        tx`insert into realtime.messages (topic, extension) values (${asker.topic}, ${extension})`,
      ])
      return true
    }, false)
  }

  async #ask<T>(
    asker: Asker,
    question: (tx: postgres.TransactionSql) => Promise<T>,
    refusal: T,
  ): Promise<T> {
    let answer = refusal
    try {
      await this.sql.begin(async (tx) => {
        answer = await question(tx)
        throw new RolledBack()
      })
    } catch (error) {
      if (error instanceof RolledBack) return answer
      const failure = databaseFailure(error)
      if (failure !== undefined) throw failure
      // 42501 is how a policy says no. Anything else is a broken policy or an unknown role, which is a no as well.
      if (codeOf(error) !== '42501') {
        console.warn(`RlsPolicyError: ${asker.topic}: ${(error as Error).message}`)
      }
      return refusal
    }
    return answer
  }
}

/** Ends a transaction that must leave nothing behind. */
class RolledBack extends Error {}

function become(tx: postgres.TransactionSql, { topic, claims, headers }: Asker) {
  return tx`select
    set_config('role', ${claims.role}, true),
    set_config('realtime.topic', ${topic}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
    set_config('request.jwt.claim.sub', ${claims.sub ?? ''}, true),
    set_config('request.jwt.claim.role', ${claims.role}, true),
    set_config('request.headers', ${JSON.stringify(headers)}, true)`
}
