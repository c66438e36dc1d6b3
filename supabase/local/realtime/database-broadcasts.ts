import type { RealtimeConfig } from './config.ts'
import { payloadLimit } from './channel.ts'
import type { Change } from './replication/pgoutput.ts'
import type { Rooms } from './rooms.ts'
import { UserBroadcast } from './wire.ts'

/** The publication that carries inserts into `realtime.messages`. */
export const MESSAGES_PUBLICATION = 'supabase_realtime_messages_publication'

/** Whether a change is one of a day's partition of `realtime.messages`. */
export function isMessage({ relation }: Change): boolean {
  return relation.schema === 'realtime' && /^messages(_|$)/.test(relation.name)
}

/** Sends a row that was inserted into `realtime.messages` to its topic. Anything that is not a message is passed over. */
export function broadcastMessage(change: Change, rooms: Rooms, config: RealtimeConfig): void {
  if (change.kind !== 'insert' || change.row === undefined) return
  const value = (column: string) => {
    const index = change.relation.columns.findIndex(({ name }) => name === column)
    return change.row?.[index] ?? undefined
  }
  const [id, topic, event, isPrivate] = [value('id'), value('topic'), value('event'), value('private')]
  const [payload, binaryPayload] = [value('payload'), value('binary_payload')]
  if (id === undefined || topic === undefined || event === undefined || isPrivate === undefined) return
  if (payload === undefined && binaryPayload === undefined) return

  const bytes = payload === undefined
    ? Buffer.from(binaryPayload!.replace(/^\\x/, ''), 'hex')
    : Buffer.from(payload)
  if (bytes.length > payloadLimit(config)) {
    return console.warn(`UnableToBroadcastChanges: message ${id} is too large`)
  }
  if (rooms.events.exceeded) return console.warn(`UnableToBroadcastChanges: message ${id} is one too many`)
  const broadcast = new UserBroadcast(event, payload === undefined ? 'binary' : 'json', bytes, { id })
  rooms.broadcast(topic, isPrivate === 't', broadcast)
}
