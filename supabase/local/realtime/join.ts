import { randomUUID } from 'node:crypto'
import { isRecord } from './wire.ts'

/** What a client asked for when it joined, with every default filled in. */
export interface JoinRequest {
  private: boolean
  broadcast: {
    ack: boolean
    self: boolean
    /** Present if the client asked for stored messages; its content is not yet checked. */
    replay: Record<string, unknown> | undefined
    replicationReady: boolean
  }
  presence: { enabled: boolean; key: string }
  /** Each binding exactly as sent: the client compares the answer with what it asked for. */
  postgresChanges: Record<string, unknown>[]
  /** Token for this channel, if it is not the socket's. */
  accessToken: string | undefined
}

/**
 * Reads the payload of `phx_join`. Nothing here fails: what has the wrong shape is taken for its default, as upstream
 * only logs such payloads.
 */
export function parseJoin(payload: unknown): JoinRequest {
  const params = record(payload)
  const config = record(params.config)
  const broadcast = record(config.broadcast)
  const presence = record(config.presence)
  const changes = Array.isArray(config.postgres_changes) ? config.postgres_changes as unknown[] : []
  return {
    private: flag(config.private),
    broadcast: {
      ack: flag(broadcast.ack),
      self: flag(broadcast.self),
      replay: isRecord(broadcast.replay) ? broadcast.replay : undefined,
      replicationReady: flag(broadcast.replication_ready),
    },
    presence: { enabled: flag(presence.enabled), key: presenceKey(presence.key) },
    postgresChanges: changes.filter(isRecord),
    accessToken: accessToken(params),
  }
}

const record = (value: unknown): Record<string, unknown> => isRecord(value) ? value : {}

const flag = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true')

function presenceKey(key: unknown): string {
  if (key === undefined || key === null || key === '') return randomUUID()
  return typeof key === 'string' ? key : JSON.stringify(key)
}

/** An opaque API key is never a channel's token: then the socket's counts. `user_token` is the older name, and wins. */
function accessToken(params: Record<string, unknown>): string | undefined {
  const given = params.access_token ?? params.user_token
  if (typeof given === 'string' && given.startsWith('sb_')) return undefined
  if (typeof params.user_token === 'string') return params.user_token
  return typeof params.access_token === 'string' ? params.access_token : undefined
}
