import { randomBytes } from 'node:crypto'
import type { Rate } from './limits.ts'
import type { Member, Room } from './rooms.ts'
import { encode } from './wire.ts'

/** What one member says of itself, with the reference that tells its versions apart. */
interface Meta {
  phx_ref: string
  phx_ref_prev?: string
  [key: string]: unknown
}

/** Presences by key: several members may share one. */
type State = Record<string, { metas: Meta[] }>

/** Who is present in one room. */
export class Presence {
  readonly #tracked = new Map<Member, { key: string; meta: Meta; payload: string }>()

  constructor(readonly room: Room, readonly events: Rate) {}

  /** Everyone present, as `presence_state` shows it. */
  get state(): State {
    const state: State = {}
    for (const { key, meta } of this.#tracked.values()) add(state, key, meta)
    return state
  }

  /** Makes a member present, or changes what it says. The same payload again changes nothing. */
  track(member: Member, key: string, payload: Record<string, unknown>): void {
    const previous = this.#tracked.get(member)
    const text = JSON.stringify(payload)
    if (previous?.payload === text) return
    const meta: Meta = { ...payload, phx_ref: reference() }
    if (previous !== undefined) meta.phx_ref_prev = previous.meta.phx_ref
    this.#tracked.set(member, { key, meta, payload: text })
    this.#announce(add({}, key, meta), previous === undefined ? {} : add({}, previous.key, previous.meta))
  }

  /** Makes a member absent. */
  untrack(member: Member): void {
    const previous = this.#tracked.get(member)
    if (previous === undefined) return
    this.#tracked.delete(member)
    this.#announce({}, add({}, previous.key, previous.meta))
  }

  #announce(joins: State, leaves: State): void {
    const { topic } = this.room
    const message = { joinRef: null, ref: null, topic, event: 'presence_diff', payload: { joins, leaves } }
    this.events.add(
      this.room.sendToAll((version) => encode(message, version), (member) => member.receivesPresence),
    )
  }
}

function add(state: State, key: string, meta: Meta): State {
  // Not a plain property: a key is a client's text, and may be `__proto__`.
  if (!Object.hasOwn(state, key)) {
    Object.defineProperty(state, key, {
      value: { metas: [] },
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  state[key]!.metas.push(meta)
  return state
}

const reference = () => randomBytes(12).toString('base64url')
