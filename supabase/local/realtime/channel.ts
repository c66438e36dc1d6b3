import type { Asker, Authorizer, Extension } from './authorization.ts'
import type { RealtimeConfig } from './config.ts'
import { DatabaseFailure, JoinRefused } from './failures.ts'
import { type JoinRequest, parseJoin } from './join.ts'
import { CallWindow, type Rate } from './limits.ts'
import type { ChangeFeed, ChangeSubscription } from './postgres-changes/feed.ts'
import type { StoredMessages } from './replay.ts'
import type { Member, Room, Rooms } from './rooms.ts'
import { InvalidToken, type TokenClaims } from './tokens.ts'
import {
  type ClientMessage,
  encode,
  encodeReply,
  encodeUserBroadcast,
  type Frame,
  isRecord,
  UserBroadcast,
  type Version,
} from './wire.ts'

/** What every channel of the service shares. */
export interface ChannelServices {
  readonly config: RealtimeConfig
  readonly rooms: Rooms
  readonly joins: Rate
  readonly authorizer: Authorizer
  readonly storedMessages: StoredMessages
  readonly changes: ChangeFeed
  /** Verifies a token. @throws {InvalidToken} */
  verify(token: string): Promise<TokenClaims>
  /** Whether broadcasts from the database arrive at the moment. */
  isReplicating(): boolean
  /** @throws {DatabaseFailure} while the database does not answer */
  assertDatabase(): Promise<void>
  /** Whether the service is on its way down. */
  isStopping(): boolean
  /** Sockets that have joined a channel. */
  readonly users: Set<object>
}

/** The socket that a channel belongs to. */
export interface ChannelSocket {
  readonly version: Version
  /** The token that the socket was opened with. */
  readonly token: string
  readonly headers: Record<string, string>
  readonly channelCount: number
  send(frame: Frame): void
  /** Called once when the channel has closed, for whatever reason. */
  forget(channel: Channel): void
}

/** How often a channel looks whether replication has begun, while its client waits for it. */
const REPLICATION_CHECK_MS = 500

/** One topic joined by one socket. */
export class Channel implements Member {
  readonly topic: string
  readonly joinRef: string | null
  readonly #subtopic: string
  readonly #request: JoinRequest
  readonly #services: ChannelServices
  readonly #socket: ChannelSocket
  readonly #presenceCalls: CallWindow
  #token: string
  #room: Room | undefined
  #asker: Asker | undefined
  /** Undefined means not asked yet: answers are kept until the token changes. */
  #mayReceive: Record<Extension, boolean | undefined> = { broadcast: undefined, presence: undefined }
  #maySend: Record<Extension, boolean | undefined> = { broadcast: undefined, presence: undefined }
  #replayed: ReadonlySet<string> = new Set()
  #changes: ChangeSubscription | undefined
  #tokenTimer: NodeJS.Timeout | undefined
  #replicationTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(services: ChannelServices, socket: ChannelSocket, message: ClientMessage) {
    this.topic = message.topic
    this.joinRef = message.joinRef
    this.#subtopic = message.topic.slice('realtime:'.length)
    this.#request = parseJoin(message.payload)
    this.#services = services
    this.#socket = socket
    this.#token = this.#request.accessToken ?? socket.token
    const { presence_calls_per_window, presence_window_ms } = services.config.limits
    this.#presenceCalls = new CallWindow(presence_calls_per_window, presence_window_ms)
  }

  get version(): Version {
    return this.#socket.version
  }

  get receivesBroadcasts(): boolean {
    return !this.#request.private || this.#mayReceive.broadcast === true
  }

  get receivesPresence(): boolean {
    return !this.#request.private || this.#mayReceive.presence === true
  }

  hasReplayed(messageId: string): boolean {
    return this.#replayed.has(messageId)
  }

  send(frame: Frame): void {
    this.#socket.send(frame)
  }

  /**
   * Goes through upstream's checks in upstream's order, enters the room and answers the client.
   * @throws {JoinRefused}
   */
  async join(message: ClientMessage): Promise<void> {
    const { config, users, joins, rooms } = this.#services
    if (this.#subtopic === '') throw new JoinRefused('TopicNameRequired', 'You must provide a topic name')
    if (this.#services.isStopping()) {
      throw new JoinRefused('RealtimeRestarting', 'Realtime is restarting, please standby')
    }
    if (config.private_only && !this.#request.private) {
      throw new JoinRefused('PrivateOnly', 'This project only allows private channels')
    }
    if (!users.has(this.#socket) && users.size >= config.limits.concurrent_users) {
      throw new JoinRefused('ConnectionRateLimitReached', 'Too many connected users')
    }
    if (joins.exceeded) {
      throw new JoinRefused('ClientJoinRateLimitReached', 'Too many joins per second', true)
    }
    joins.add()
    if (this.#socket.channelCount > config.limits.channels_per_socket) {
      throw new JoinRefused('ChannelRateLimitReached', 'Too many channels')
    }

    let replayed: Frame[] = []
    try {
      await this.#confirmToken()
      await this.#services.assertDatabase()
      if (this.#request.private) await this.#authorize()
      replayed = await this.#loadReplay()
    } catch (error) {
      this.close()
      throw refusal(error)
    }
    if (this.#closed) return // the socket went away meanwhile

    users.add(this.#socket)
    this.#room = rooms.enter(this.#subtopic, this.#request.private, this)
    const { changes } = this.#services
    const bindings = this.#request.postgresChanges.map((binding) => ({
      ...binding,
      id: changes.idOf(binding),
    }))
    this.#reply(message, 'ok', { postgres_changes: bindings })

    for (const frame of replayed) this.send(frame)
    if (this.#request.presence.enabled) this.#sendPresenceState()
    if (bindings.length > 0 && this.#asker !== undefined) {
      this.#changes = changes.subscribe(this, this.#request.postgresChanges, this.#asker.claims)
    }
    if (this.#request.broadcast.replicationReady) {
      this.#awaitReplication(Date.now() + config.timing.replication_ready_timeout_ms)
    }
  }

  /** Handles anything but joining and leaving. Gives a promise only where the database or a token must be asked. */
  handle(message: ClientMessage): Promise<void> | void {
    switch (message.event) {
      case 'broadcast':
        return this.#handleBroadcast(message)
      case 'presence':
        return this.#handlePresence(message)
      case 'access_token':
        return this.#handleAccessToken(message)
      default:
        this.#services.rooms.events.add()
    }
  }

  /** A system message: what Realtime has to say about this channel. */
  pushSystem(extension: 'system' | 'postgres_changes', status: 'ok' | 'error', message: string): void {
    this.#push('system', { extension, status, message, channel: this.#subtopic })
  }

  shutDown(message: string): void {
    if (this.#closed) return
    this.pushSystem('system', 'error', message)
    this.closeWithNotice()
  }

  /** Closes, and tells the client. */
  closeWithNotice(): void {
    if (this.#closed) return
    this.close()
    this.send(
      encode(
        { joinRef: this.joinRef, ref: this.joinRef, topic: this.topic, event: 'phx_close', payload: {} },
        this.version,
      ),
    )
  }

  /** Gives back everything the channel holds. Its socket may be gone already. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#tokenTimer)
    clearTimeout(this.#replicationTimer)
    this.#changes?.cancel()
    this.#services.rooms.leave(this.#subtopic, this.#request.private, this)
    this.#socket.forget(this)
  }

  #handleBroadcast(message: ClientMessage): Promise<void> | void {
    const maySend = this.#request.private ? this.#maySend.broadcast : true
    if (maySend === undefined) {
      return this.#askToSend('broadcast').then(() => this.#handleBroadcast(message), () => {})
    }
    // Without the right to send there is no answer at all, not even to a client that asked for one.
    if (!maySend) return
    const { payload } = message
    if (!(payload instanceof UserBroadcast) && !isRecord(payload)) return

    const tooLarge = message.size > payloadLimit(this.#services.config)
    if (!tooLarge) {
      const from = this.#request.broadcast.self ? undefined : this
      this.#services.rooms.broadcast(this.#subtopic, this.#request.private, payload, from)
    }
    if (!this.#request.broadcast.ack) return
    if (tooLarge) this.#reply(message, 'error', 'payload_size_exceeded')
    else this.#reply(message, 'ok', {})
  }

  #handlePresence(message: ClientMessage): Promise<void> | void {
    const payload = isRecord(message.payload) ? message.payload : {}
    if (typeof payload.event !== 'string') return this.#reply(message, 'ok', {})
    if (!this.#presenceCalls.allow()) return this.shutDown('Client presence rate limit exceeded')
    switch (payload.event.toLowerCase()) {
      case 'track':
        return this.#track(message, payload.payload ?? {})
      case 'untrack':
        this.#room?.presence.untrack(this)
        return this.#reply(message, 'ok', {})
      default:
        return this.#reply(message, 'error', {})
    }
  }

  #track(message: ClientMessage, payload: unknown): Promise<void> | void {
    const maySend = this.#request.private ? this.#maySend.presence : true
    if (maySend === undefined) {
      return this.#askToTrack().then(
        () => this.#track(message, payload),
        () => this.#reply(message, 'error', {}),
      )
    }
    if (!maySend) return this.#reply(message, 'error', {})
    if (!isRecord(payload)) {
      return this.#reply(message, 'error', { reason: 'Presence track payload must be a map' })
    }
    const { config, rooms } = this.#services
    if (message.size > payloadLimit(config)) return this.shutDown('Track message size exceeded')
    if (rooms.presenceEvents.exceeded) return this.shutDown('Too many presence messages per second')
    rooms.presenceEvents.add()
    this.#room?.presence.track(this, this.#request.presence.key, payload)
    this.#reply(message, 'ok', {})
  }

  async #handleAccessToken(message: ClientMessage): Promise<void> {
    const token = isRecord(message.payload) ? message.payload.access_token : undefined
    if (typeof token !== 'string' || token.startsWith('sb_') || token === this.#token) return
    const before = this.#mayReceive
    this.#token = token
    try {
      await this.#confirmToken()
      if (this.#request.private) {
        await this.#authorize()
        const revoked = (['broadcast', 'presence'] as const)
          .some((extension) => before[extension] === true && this.#mayReceive[extension] === false)
        if (revoked) {
          this.shutDown(`You no longer have permission to read from this Channel topic: ${this.#subtopic}`)
        }
      }
    } catch (error) {
      return this.shutDown(refusal(error).message)
    }
    if (!this.#closed && this.#asker !== undefined) this.#changes?.renew(this.#asker.claims)
  }

  /** Verifies the channel's token, and sees to it that this is repeated before it expires. */
  async #confirmToken(): Promise<void> {
    const claims = await this.#services.verify(this.#token)
    this.#asker = { topic: this.#subtopic, claims, headers: this.#socket.headers }
    clearTimeout(this.#tokenTimer)
    if (this.#closed) return
    const delay = Math.min(this.#services.config.timing.token_check_ms, claims.exp * 1000 - Date.now())
    this.#tokenTimer = setTimeout(() => {
      this.#confirmToken().catch((error: unknown) => this.shutDown(refusal(error).message))
    }, Math.max(delay, 0))
    this.#tokenTimer.unref()
  }

  /** Asks what may be received with the current token; what may be sent is asked when something is. */
  async #authorize(): Promise<void> {
    const withPresence = this.#request.presence.enabled || this.#mayReceive.presence !== undefined
    const asked: Extension[] = withPresence ? ['broadcast', 'presence'] : ['broadcast']
    const answer = await this.#services.authorizer.mayReceive(this.#asker!, asked)
    this.#mayReceive = {
      broadcast: answer.broadcast,
      presence: withPresence ? answer.presence : undefined,
    }
    this.#maySend = { broadcast: undefined, presence: undefined }
    if (!answer.broadcast && !answer.presence) throw new JoinRefused('Unauthorized', this.#unauthorized())
  }

  async #askToSend(extension: Extension): Promise<void> {
    try {
      this.#maySend[extension] = await this.#services.authorizer.maySend(this.#asker!, extension)
    } catch (error) {
      console.warn(`UnableToSetPolicies: ${this.topic}: ${(error as Error).message}`)
      throw error
    }
  }

  /** The first track also decides what this member hears of others, if it did not ask for presence when it joined. */
  async #askToTrack(): Promise<void> {
    if (this.#mayReceive.presence === undefined) {
      const answer = await this.#services.authorizer.mayReceive(this.#asker!, ['presence'])
      this.#mayReceive.presence = answer.presence
    }
    await this.#askToSend('presence')
  }

  async #loadReplay(): Promise<Frame[]> {
    const { replay } = this.#request.broadcast
    if (replay === undefined) return []
    if (!this.#request.private) {
      throw new JoinRefused('UnableToReplayMessages', 'Replay is not allowed for public channels')
    }
    if (this.#mayReceive.broadcast !== true) throw new JoinRefused('Unauthorized', this.#unauthorized())
    const messages = await this.#services.storedMessages.load(this.#subtopic, replay)
    this.#replayed = new Set(messages.map(({ id }) => id))
    return messages.flatMap(({ id, event, payload, binaryPayload }) => {
      const meta = { replayed: true, id }
      const frame = binaryPayload === null
        ? this.#write('broadcast', { type: 'broadcast', event, payload, meta })
        : encodeUserBroadcast(
          this.topic,
          new UserBroadcast(event, 'binary', binaryPayload, meta),
          this.version,
        )
      return frame ?? []
    })
  }

  #sendPresenceState(): void {
    if (!this.receivesPresence || this.#room === undefined) return
    const { presenceEvents } = this.#services.rooms
    if (presenceEvents.exceeded) return this.shutDown('Too many presence messages per second')
    presenceEvents.add()
    this.#push('presence_state', this.#room.presence.state)
  }

  #awaitReplication(deadline: number): void {
    if (this.#services.isReplicating()) {
      return this.pushSystem('system', 'ok', 'Replication connection established')
    }
    if (Date.now() >= deadline) return this.shutDown('Replication connection was not established in time')
    this.#replicationTimer = setTimeout(() => this.#awaitReplication(deadline), REPLICATION_CHECK_MS)
    this.#replicationTimer.unref()
  }

  #unauthorized(): string {
    return `You do not have permissions to read from this Channel topic: ${this.#subtopic}`
  }

  #write(event: string, payload: unknown): Frame {
    return encode({ joinRef: this.joinRef, ref: null, topic: this.topic, event, payload }, this.version)
  }

  #push(event: string, payload: unknown): void {
    this.send(this.#write(event, payload))
  }

  #reply(message: ClientMessage, status: 'ok' | 'error', response: unknown): void {
    this.send(
      encodeReply(
        { joinRef: this.joinRef, ref: message.ref, topic: this.topic },
        status,
        response,
        this.version,
      ),
    )
  }
}

/** Largest frame that may carry a payload, in bytes: upstream allows some room for what is around it. */
export const payloadLimit = (config: RealtimeConfig) => config.limits.payload_kb * 1000 + 500

function refusal(error: unknown): JoinRefused {
  if (error instanceof JoinRefused) return error
  if (error instanceof InvalidToken || error instanceof DatabaseFailure) {
    return new JoinRefused(error.code, error.message)
  }
  console.error('UnknownErrorOnChannel', error)
  return new JoinRefused('', 'Unknown Error on Channel')
}
