import type postgres from 'postgres'
import { databaseFailure, JoinRefused } from './failures.ts'

/** A broadcast as `realtime.messages` keeps it. */
export interface StoredMessage {
  id: string
  event: string
  payload: unknown
  /** Bytes instead of a payload; null for JSON messages. */
  binaryPayload: Buffer | null
}

/** Most messages that one join may have replayed. */
const MOST = 25

/** Private broadcasts of the last days, for clients that missed some. */
export class StoredMessages {
  constructor(readonly sql: postgres.Sql) {}

  /**
   * The newest messages of a private topic, oldest first.
   * @param params as the client sent them: `since` in epoch milliseconds, `limit` at most 25
   * @throws {JoinRefused} for parameters that are not whole numbers
   * @throws {DatabaseFailure}
   */
  async load(topic: string, params: Record<string, unknown>): Promise<StoredMessage[]> {
    const since = params.since ?? 0
    const limit = params.limit ?? MOST
    const start = new Date(typeof since === 'number' ? since : NaN)
    if (!Number.isInteger(since) || !Number.isInteger(limit) || Number.isNaN(start.getTime())) {
      throw new JoinRefused('UnableToReplayMessages', 'Replay params are not valid')
    }
    try {
      const newest = await this.sql<StoredMessage[]>`
        select id, event, payload, binary_payload as "binaryPayload"
        from realtime.messages
        where topic = ${topic} and extension = 'broadcast' and private is true
          and inserted_at >= (${start.toISOString()}::timestamptz at time zone 'utc')
        order by inserted_at desc
        limit ${Math.min(Math.max(limit as number, 1), MOST)}`
      return newest.reverse()
    } catch (error) {
      throw databaseFailure(error) ??
        new JoinRefused('UnableToReplayMessages', 'Realtime was unable to replay messages')
    }
  }
}
