import type { Rate } from './limits.ts'
import { Presence } from './presence.ts'
import { encode, encodeUserBroadcast, type Frame, UserBroadcast, type Version } from './wire.ts'

/** A joined channel as its room sees it. */
export interface Member {
  readonly version: Version
  readonly receivesBroadcasts: boolean
  readonly receivesPresence: boolean
  /** Whether a stored message has already reached this member by replay. */
  hasReplayed(messageId: string): boolean
  send(frame: Frame): void
  /** Tells the client why, and closes its channel. */
  shutDown(message: string): void
}

/** A broadcast as it entered the service. */
export type Broadcast =
  /** Came as JSON in a text frame or in an HTTP batch: goes out as a text frame to everyone. */
  | Record<string, unknown>
  /** Came as a binary frame, by HTTP one at a time, or from the database: goes out as a binary frame of kind 4. */
  | UserBroadcast

/** Everyone who joined one topic. A private and a public topic of the same name are two rooms. */
export class Room {
  readonly members = new Set<Member>()
  readonly presence: Presence
  readonly topic: string

  /** @param subtopic without `realtime:` */
  constructor(subtopic: string, presenceEvents: Rate) {
    this.topic = `realtime:${subtopic}`
    this.presence = new Presence(this, presenceEvents)
  }

  /** Sends one message to every member that `wants` it, writing it only once per protocol version. Gives their number. */
  sendToAll(write: (version: Version) => Frame | undefined, wants: (member: Member) => boolean): number {
    const frames = new Map<Version, Frame | undefined>()
    let sent = 0
    for (const member of this.members) {
      if (!wants(member)) continue
      if (!frames.has(member.version)) frames.set(member.version, asBytes(write(member.version)))
      const frame = frames.get(member.version)
      if (frame === undefined) continue
      member.send(frame)
      sent += 1
    }
    return sent
  }
}

/** Text is turned into bytes once, not once per member. */
function asBytes(frame: Frame | undefined): Frame | undefined {
  return typeof frame?.data === 'string' ? { data: Buffer.from(frame.data), binary: frame.binary } : frame
}

/** All rooms with at least one member. */
export class Rooms {
  readonly #rooms = new Map<string, Room>()

  /** @param events counts every broadcast, once when it is sent and once for each delivery */
  constructor(readonly events: Rate, readonly presenceEvents: Rate) {}

  /** Adds a member to the room, which is made if need be. */
  enter(subtopic: string, isPrivate: boolean, member: Member): Room {
    const key = keyOf(subtopic, isPrivate)
    let room = this.#rooms.get(key)
    if (room === undefined) this.#rooms.set(key, room = new Room(subtopic, this.presenceEvents))
    room.members.add(member)
    return room
  }

  /** Removes a member, tells the others if it was present, and forgets the room with its last member. */
  leave(subtopic: string, isPrivate: boolean, member: Member): void {
    const key = keyOf(subtopic, isPrivate)
    const room = this.#rooms.get(key)
    if (room === undefined || !room.members.delete(member)) return
    room.presence.untrack(member)
    if (room.members.size === 0) this.#rooms.delete(key)
  }

  /**
   * Sends a broadcast to a topic.
   * @param from the sender, who does not hear itself; undefined to include everyone
   */
  broadcast(subtopic: string, isPrivate: boolean, broadcast: Broadcast, from?: Member): void {
    this.events.add()
    const room = this.#rooms.get(keyOf(subtopic, isPrivate))
    if (room === undefined) return
    const id = messageId(broadcast)
    const wants = (member: Member) =>
      member !== from && member.receivesBroadcasts && !(id !== undefined && member.hasReplayed(id))
    const delivered = room.sendToAll((version) => write(room.topic, broadcast, version), wants)
    this.events.add(delivered)
    if (!this.events.exceeded) return
    for (const member of [...room.members]) member.shutDown('Too many messages per second')
  }
}

const keyOf = (subtopic: string, isPrivate: boolean) => `${isPrivate ? 'private' : 'public'}:${subtopic}`

function messageId(broadcast: Broadcast): string | undefined {
  const meta = broadcast.meta as { id?: unknown } | undefined
  return typeof meta?.id === 'string' ? meta.id : undefined
}

function write(topic: string, broadcast: Broadcast, version: Version): Frame | undefined {
  if (broadcast instanceof UserBroadcast) return encodeUserBroadcast(topic, broadcast, version)
  return encode({ joinRef: null, ref: null, topic, event: 'broadcast', payload: broadcast }, version)
}
