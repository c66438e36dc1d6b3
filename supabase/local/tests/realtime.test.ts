import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { REALTIME_SUBSCRIBE_STATES, type RealtimeChannel } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTarget, type Target } from './realtime/target.ts'
import type { RawSocket } from './realtime/raw-socket.ts'

// Scenarios of Supabase Realtime. They run against the local platform, or against any project:
// SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, SUPABASE_DB_URL, and SUPABASE_JWT_SECRET where it is known.

const TEST_TIMEOUT_MS = 30_000
const UNKNOWN_SUB = '00000000-0000-4000-8000-000000000000'

let target: Target
let token: string

beforeAll(async () => {
  target = await openTarget()
  token = await target.token()
  await target.sql.unsafe(SETUP)
}, 60_000)

afterAll(async () => {
  await target.sql.unsafe(TEARDOWN)
})

/** A topic of its own; what a signed-in user may do there, its scope says. */
const topicIn = (scope: 'open' | 'read' | 'write' | 'presence' | 'closed' | 'broken' | 'sees' | 'switch') =>
  `${scope}:${randomUUID()}`

const TEARDOWN = `
  drop policy if exists conformance_receive on realtime.messages;
  drop policy if exists conformance_send on realtime.messages;
  drop schema if exists conformance cascade;
`
const SETUP = `
  ${TEARDOWN}
  create schema conformance;
  grant usage on schema conformance to anon, authenticated, service_role;
  create table conformance.switch (may_send boolean);
  insert into conformance.switch values (true);
  grant select on conformance.switch to authenticated;

  create policy conformance_receive on realtime.messages for select to authenticated using (
    (select realtime.topic()) like 'open:%'
    or ((select realtime.topic()) like 'read:%' and extension = 'broadcast')
    or ((select realtime.topic()) like 'presence:%' and extension = 'presence')
    or ((select realtime.topic()) like 'broken:%' and 1 / (length(extension) - length(extension)) = 1)
    or (select realtime.topic()) = 'mine:' || (select auth.uid())
    or (
      topic like 'sees:%' and topic = realtime.topic() and extension = 'broadcast' and not private and event is null
      and payload is null and (select auth.jwt()) ->> 'role' = 'authenticated'
      and current_setting('request.headers')::json ->> 'x-probe' = 'yes'
    )
    or (select realtime.topic()) like 'switch:%'
  );
  create policy conformance_send on realtime.messages for insert to authenticated with check (
    (select realtime.topic()) like 'open:%' or (select realtime.topic()) like 'write:%'
    or ((select realtime.topic()) like 'presence:%' and extension = 'presence')
    or ((select realtime.topic()) like 'switch:%' and (select may_send from conformance.switch))
  );

  create table conformance.notes (
    id bigint generated always as identity primary key,
    owner_id uuid,
    title text,
    amount numeric,
    count int,
    big bigint,
    bytes bytea,
    tags text[],
    done boolean,
    data jsonb,
    secret text
  );
  alter table conformance.notes enable row level security;
  create policy notes_select on conformance.notes for select to authenticated using (owner_id = (select auth.uid()));
  grant select (id, owner_id, title, amount, count, big, bytes, tags, done, data) on conformance.notes to authenticated;
  create table conformance.open_notes (id int primary key, title text, body text);
  create table conformance.full_notes (id int primary key, title text);
  alter table conformance.full_notes replica identity full;
  create table conformance.no_key (title text);
  create table conformance.unpublished (id int primary key);
  grant select on conformance.open_notes, conformance.full_notes, conformance.no_key, conformance.unpublished
    to authenticated;
  alter publication supabase_realtime add table conformance.notes, conformance.open_notes, conformance.full_notes,
    conformance.no_key;

  create function conformance.announce() returns trigger language plpgsql security definer set search_path = '' as $$
  begin
    perform realtime.broadcast_changes('open:changes', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
    return null;
  end
  $$;
  create table conformance.announced (id int primary key, title text);
  create trigger announce after insert or update or delete on conformance.announced
    for each row execute function conformance.announce();
`

describe('opening a socket', () => {
  test.each([
    ['no key', { apikey: '' }, /^401 .*API key is missing/],
    ['something that is not a token', { apikey: 'nonsense' }, /^401 .*The token provided is not a valid JWT/],
    ['a version that does not exist', { vsn: '3.0.0' }, /^403/],
  ])('is refused with %s', async (_name, options, expected) => {
    await expect(target.socket(options)).rejects.toThrow(expected)
  }, TEST_TIMEOUT_MS)

  test('is refused with a token that is not in order', async ({ skip }) => {
    if (!target.canSign) skip()
    const expired = await target.token({ exp: 1 })
    await expect(target.socket({ apikey: expired })).rejects.toThrow(/^401 .*Token has expired/)
    const roleless = await target.token({ role: undefined })
    await expect(target.socket({ apikey: roleless })).rejects.toThrow(
      /^401 .*Fields `role` and `exp` are required in JWT/,
    )
    const endless = await target.token({ exp: undefined })
    await expect(target.socket({ apikey: endless })).rejects.toThrow(
      /^401 .*Fields `role` and `exp` are required in JWT/,
    )
    const forged = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    await expect(target.socket({ apikey: forged })).rejects.toThrow(/^401 .*Failed to validate JWT signature/)
    const [, claims] = token.split('.')
    const stranger = Buffer.from('{"alg":"ES256","typ":"JWT","kid":"k1"}').toString('base64url')
    await expect(target.socket({ apikey: `${stranger}.${claims}.AAAA` }))
      .rejects.toThrow(/^401 .*Failed to generate JWT signer for key ID \(kid\) \\"k1\\"/)
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${
      token.split('.')[1]
    }.`
    await expect(target.socket({ apikey: unsigned })).rejects.toThrow(/^401/)
  }, TEST_TIMEOUT_MS)

  test('takes the key of the header x-api-key before the one of the address', async () => {
    const socket = await target.socket({ apikey: 'nonsense', headers: { 'x-api-key': token } })
    expect((await socket.heartbeat()).payload).toEqual({ status: 'ok', response: {} })
  })
})

describe.each(['1.0.0', '2.0.0'])('frames of version %s', (vsn) => {
  let socket: RawSocket
  beforeAll(async () => {
    socket = await target.socket({ vsn })
  })

  test('a heartbeat is answered on the topic phoenix', async () => {
    const ref = socket.send('phoenix', 'heartbeat', {})
    expect(await socket.next({ ref })).toMatchObject({
      topic: 'phoenix',
      event: 'phx_reply',
      payload: { status: 'ok', response: {} },
    })
  })

  test('replies carry the join reference only in version 2', async () => {
    const topic = `realtime:${topicIn('open')}`
    const ref = socket.send(topic, 'phx_join', { config: {} })
    expect((await socket.next({ ref })).joinRef).toBe(vsn === '2.0.0' ? ref : undefined)
  })

  test('malformed frames change nothing', async () => {
    const malformed: (string | Buffer)[] = [
      '',
      'nonsense',
      '[]',
      '[1,2,3]',
      '{}',
      '{"topic":1}',
      'null',
      '[null,null,1,2,3]',
    ]
    malformed.push(
      Buffer.alloc(0),
      Buffer.from([3, 255, 255]),
      Buffer.from([9, 9, 9]),
      Buffer.from([0xff, 0xfe]),
    )
    for (const frame of malformed) socket.sendRaw(frame)
    expect((await socket.heartbeat()).payload.status).toBe('ok')
  })

  test('a topic that was not joined is unmatched, but may be left', async () => {
    const topic = `realtime:${topicIn('open')}`
    const sent = socket.send(topic, 'broadcast', { type: 'broadcast', event: 'x', payload: {} })
    expect((await socket.next({ ref: sent })).payload).toEqual({
      status: 'error',
      response: { reason: 'unmatched topic' },
    })
    const left = socket.send(topic, 'phx_leave', {})
    expect((await socket.next({ ref: left })).payload).toEqual({ status: 'ok', response: {} })
    const foreign = socket.send('room:1', 'phx_join', {})
    expect((await socket.next({ ref: foreign })).payload.response).toEqual({ reason: 'unmatched topic' })
  })
})

describe('joining and leaving', () => {
  test('a topic needs a name', async () => {
    const socket = await target.socket()
    expect(await socket.join('')).toMatchObject({
      status: 'error',
      response: { reason: 'TopicNameRequired: You must provide a topic name' },
    })
  }, TEST_TIMEOUT_MS)

  test('odd payloads are taken for the defaults', async () => {
    const socket = await target.socket()
    for (
      const config of [{ private: 'FALSE', broadcast: 'yes', presence: [] }, { postgres_changes: 'all' }]
    ) {
      expect(await socket.join(topicIn('closed'), config)).toMatchObject({
        status: 'ok',
        response: { postgres_changes: [] },
      })
    }
  })

  test('leaving is answered, then the channel is closed', async () => {
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(topicIn('open'))
    const ref = socket.send(topic, 'phx_leave', {}, joinRef)
    expect((await socket.next({ topic })).payload).toEqual({ status: 'ok', response: {} })
    expect(await socket.next({ topic })).toMatchObject({ event: 'phx_close', ref: joinRef, payload: {} })
    expect(ref).not.toBe(joinRef)
  })

  test('a second join of one topic closes the first, and stale messages are ignored', async () => {
    const socket = await target.socket()
    const subtopic = topicIn('open')
    const first = await socket.join(subtopic, { broadcast: { self: true } })
    const second = await socket.join(subtopic, { broadcast: { self: true } })
    expect(await socket.next({ topic: first.topic, event: 'phx_close' })).toMatchObject({
      joinRef: first.joinRef,
    })
    socket.send(first.topic, 'broadcast', { type: 'broadcast', event: 'stale', payload: {} }, first.joinRef)
    socket.send(first.topic, 'broadcast', { type: 'broadcast', event: 'fresh', payload: {} }, second.joinRef)
    expect((await socket.next({ event: 'broadcast' })).payload.event).toBe('fresh')
  })

  test('refuses tokens in upstream’s words', async ({ skip }) => {
    if (!target.canSign) skip()
    const socket = await target.socket()
    const refused = async (accessToken: string) =>
      (await socket.join(topicIn('open'), {}, { access_token: accessToken })).response.reason as string
    expect(await refused(await target.token({ exp: Math.floor(Date.now() / 1000) - 10 })))
      .toMatch(/^InvalidJWTToken: Token has expired 1\d seconds ago$/)
    expect(await refused(await target.token({ role: undefined })))
      .toBe('InvalidJWTToken: Fields `role` and `exp` are required in JWT')
    expect(await refused('nonsense')).toBe('MalformedJWT: The token provided is not a valid JWT')
    expect(await refused(token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')))
      .toBe('JwtSignatureError: Failed to validate JWT signature')
  }, TEST_TIMEOUT_MS)

  test('an opaque key in the join stands for the token of the socket', async () => {
    const socket = await target.socket({ apikey: token })
    const joined = await socket.join(topicIn('open'), { private: true }, {
      access_token: target.publishableKey,
    })
    expect(joined.status).toBe('ok')
  })
})

describe('broadcast', () => {
  test('reaches the others in their own version, however it was sent', async () => {
    const [sender, old, modern] = await Promise.all([
      target.socket(),
      target.socket({ vsn: '1.0.0' }),
      target.socket(),
    ])
    const subtopic = topicIn('open')
    const [{ topic, joinRef }] = await Promise.all(
      [sender, old, modern].map((socket) => socket.join(subtopic)),
    ) as [
      Awaited<ReturnType<RawSocket['join']>>,
    ]

    sender.sendBinaryBroadcast({ topic, event: 'json', payload: { text: 'grüß' }, joinRef })
    const expected = { type: 'broadcast', event: 'json', payload: { text: 'grüß' } }
    expect(await modern.next({ event: 'broadcast' })).toMatchObject({ payload: expected, binary: true })
    expect(await old.next({ event: 'broadcast' })).toMatchObject({
      payload: expected,
      binary: false,
      ref: null,
    })

    sender.sendBinaryBroadcast({ topic, event: 'bytes', payload: Buffer.from([0, 1, 255]), joinRef })
    expect((await modern.next({ event: 'broadcast' })).payload.payload).toEqual(Buffer.from([0, 1, 255]))

    const verbatim = { type: 'broadcast', event: 'text', payload: [1], extra: true }
    sender.send(topic, 'broadcast', verbatim, joinRef)
    expect(await modern.next({ event: 'broadcast' })).toMatchObject({
      payload: verbatim,
      binary: false,
      joinRef: null,
    })
    // The bytes in between cannot be written in version 1.
    expect((await old.next({ event: 'broadcast' })).payload).toEqual(verbatim)
    expect(await sender.settled({ event: 'broadcast' })).toEqual([])
  })

  test('reaches its sender if it asked for that, and is acknowledged if it asked for that', async () => {
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(topicIn('open'), { broadcast: { self: true, ack: true } })
    const ref = socket.send(topic, 'broadcast', { type: 'broadcast', event: 'x', payload: {} }, joinRef)
    expect((await socket.next({ event: 'broadcast' })).payload.event).toBe('x')
    expect((await socket.next({ ref })).payload).toEqual({ status: 'ok', response: {} })
  })

  test('keeps private and public topics of one name apart', async () => {
    const [inside, outside] = await Promise.all([target.socket(), target.socket()])
    const subtopic = topicIn('open')
    const { topic, joinRef } = await inside.join(subtopic, { private: true }, { access_token: token })
    const other = await outside.join(subtopic)
    inside.send(topic, 'broadcast', { type: 'broadcast', event: 'secret', payload: {} }, joinRef)
    outside.send(topic, 'broadcast', { type: 'broadcast', event: 'open', payload: {} }, other.joinRef)
    expect(await outside.settled({ event: 'broadcast' })).toEqual([])
    expect(await inside.settled({ event: 'broadcast' })).toEqual([])
  })

  test.each(['1.0.0', '2.0.0'])('works through supabase-js in version %s', async (vsn) => {
    const subtopic = topicIn('open')
    const clients = await Promise.all([target.client(token, vsn), target.client(token, vsn)])
    const [sender, receiver] = clients.map((client) =>
      client.channel(subtopic, { config: { private: true, broadcast: { ack: true } } })
    ) as [RealtimeChannel, RealtimeChannel]
    const received: unknown[] = []
    receiver.on('broadcast', { event: 'note' }, ({ payload }) => received.push(payload))
    await Promise.all([subscribed(sender), subscribed(receiver)])
    expect(await sender.send({ type: 'broadcast', event: 'note', payload: { text: 'hello' } })).toBe('ok')
    await expect.poll(() => received).toEqual([{ text: 'hello' }])
    if (vsn === '1.0.0') return // it has no way to send bytes
    const bytes = new Uint8Array([1, 2, 3]).buffer
    expect(await sender.send({ type: 'broadcast', event: 'note', payload: bytes })).toBe('ok')
    await expect.poll(() => received.length).toBe(2)
    expect(new Uint8Array(received[1] as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]))
  })
})

describe('private channels', () => {
  test('are refused where no policy lets the user receive', async () => {
    const socket = await target.socket()
    for (const scope of ['closed', 'write', 'broken'] as const) {
      const subtopic = topicIn(scope)
      expect(
        await socket.join(subtopic, { private: true, presence: { enabled: true } }, { access_token: token }),
      )
        .toMatchObject({
          status: 'error',
          response: {
            reason: `Unauthorized: You do not have permissions to read from this Channel topic: ${subtopic}`,
          },
        })
    }
    expect((await socket.join(topicIn('open'), { private: true })).status).toBe('error') // as anon
  }, TEST_TIMEOUT_MS)

  test('do not answer a broadcast of somebody who may not send, and do not deliver it', async () => {
    const [reader, other] = await Promise.all([target.socket(), target.socket()])
    const subtopic = topicIn('read')
    const config = { private: true, broadcast: { ack: true } }
    const { topic, joinRef } = await reader.join(subtopic, config, { access_token: token })
    await other.join(subtopic, config, { access_token: token })
    reader.send(topic, 'broadcast', { type: 'broadcast', event: 'x', payload: {} }, joinRef)
    expect(await reader.settled({ topic })).toEqual([])
    expect(await other.settled({ topic })).toEqual([])
  })

  test('admit who may only receive presence, without broadcasts', async () => {
    const [watcher, service] = await Promise.all([
      target.socket({ apikey: token }),
      target.socket({ apikey: target.secretKey }),
    ])
    const subtopic = topicIn('presence')
    const joined = await watcher.join(subtopic, { private: true, presence: { enabled: true } })
    expect(joined.status).toBe('ok')
    const { topic, joinRef } = await service.join(subtopic, { private: true })
    service.send(topic, 'broadcast', { type: 'broadcast', event: 'x', payload: {} }, joinRef)
    expect(await watcher.settled({ event: 'broadcast' })).toEqual([])
    // Without presence being asked for, there is nothing to receive.
    const plain = await target.socket({ apikey: token })
    expect((await plain.join(subtopic, { private: true })).status).toBe('error')
  }, TEST_TIMEOUT_MS)

  test('are decided by a row that has a topic and an extension, and by claims and headers', async () => {
    const [with_, without] = await Promise.all([
      target.socket({ apikey: token, headers: { 'x-probe': 'yes' } }),
      target.socket({ apikey: token }),
    ])
    const subtopic = topicIn('sees')
    expect((await with_.join(subtopic, { private: true })).status).toBe('ok')
    expect((await without.join(subtopic, { private: true })).status).toBe('error')
  }, TEST_TIMEOUT_MS)

  test('remember who may send until the token changes', async ({ skip }) => {
    if (!target.canSign) skip()
    const sub = randomUUID()
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(topicIn('switch'), {
      private: true,
      broadcast: { ack: true },
    }, {
      access_token: await target.token({ sub }),
    })
    const send = () =>
      socket.send(topic, 'broadcast', { type: 'broadcast', event: 'x', payload: {} }, joinRef)
    await socket.next({ ref: send() })
    await target.sql`update conformance.switch set may_send = false`
    await socket.next({ ref: send() })
    socket.send(topic, 'access_token', { access_token: await target.token({ sub, extra: 1 }) }, joinRef)
    const ref = send()
    expect(await socket.settled({ ref })).toEqual([])
  })

  test('end when a new token no longer permits them', async ({ skip }) => {
    if (!target.canSign) skip()
    const sub = randomUUID()
    const subtopic = `mine:${sub}`
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(subtopic, { private: true }, {
      access_token: await target.token({ sub }),
    })
    socket.send(topic, 'access_token', { access_token: await target.token({ sub, extra: 1 }) }, joinRef)
    socket.send(topic, 'access_token', { access_token: target.publishableKey }, joinRef)
    socket.send(topic, 'access_token', { access_token: null }, joinRef)
    expect(await socket.settled({ topic })).toEqual([])

    socket.send(topic, 'access_token', { access_token: await target.token({ sub: UNKNOWN_SUB }) }, joinRef)
    expect((await socket.next({ event: 'system' })).payload).toEqual({
      extension: 'system',
      status: 'error',
      message: `You do not have permissions to read from this Channel topic: ${subtopic}`,
      channel: subtopic,
    })
    expect((await socket.next({ event: 'phx_close' })).topic).toBe(topic)
  })

  test.each([
    ['nonsense', 'The token provided is not a valid JWT'],
    ['', 'The token provided is not a valid JWT'],
  ])('and public ones end with the token %j', async (bad, message) => {
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(topicIn('open'))
    socket.send(topic, 'access_token', { access_token: bad }, joinRef)
    expect((await socket.next({ event: 'system' })).payload.message).toBe(message)
    await socket.next({ event: 'phx_close' })
  })

  test('end when their token expires', async ({ skip }) => {
    if (!target.canSign) skip()
    const socket = await target.socket()
    const exp = Math.floor(Date.now() / 1000) + 2
    await socket.join(topicIn('open'), { private: true }, { access_token: await target.token({ exp }) })
    expect((await socket.next({ event: 'system' })).payload.message).toMatch(
      /^Token has expired \d+ seconds ago$/,
    )
    await socket.next({ event: 'phx_close' })
  })
})

describe('broadcast over HTTP', () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${target.url}/realtime/v1/api/broadcast${path}`, {
      method: 'POST',
      headers: { apikey: target.publishableKey, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body as BodyInit : JSON.stringify(body),
    })

  test('a batch reaches its topics as text frames; what may not be sent is passed over', async () => {
    const socket = await target.socket({ apikey: token })
    const [open, closed] = [topicIn('open'), topicIn('read')]
    await socket.join(open)
    await socket.join(closed, { private: true })
    const answer = await post('', {
      messages: [
        { topic: open, event: 'a', payload: { n: 1 } },
        { topic: closed, event: 'b', payload: {}, private: true },
      ],
    })
    expect([answer.status, await answer.text()]).toEqual([202, ''])
    expect(await socket.next({ event: 'broadcast' })).toMatchObject({
      topic: `realtime:${open}`,
      payload: { type: 'broadcast', event: 'a', payload: { n: 1 } },
      binary: false,
    })
    expect(await socket.settled({ event: 'broadcast' })).toEqual([])
  })

  test('a batch says what is wrong with each of its messages', async () => {
    const answer = await post('', {
      messages: [{ topic: 'a', event: 'b', payload: {} }, { event: 'b', payload: 'text' }],
    })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toEqual({
      errors: { messages: [{}, { topic: ["can't be blank"], payload: ['is invalid'] }] },
    })
    expect((await post('', {})).status).toBe(422)
    expect((await post('', '{')).status).toBe(400)
  })

  test('without a token there is no broadcast', async () => {
    const answer = await post('', { messages: [] }, { apikey: 'nonsense' })
    expect([answer.status, await answer.json()]).toEqual([401, { message: 'Unauthorized' }])
  })

  test('one message carries JSON or bytes', async () => {
    const socket = await target.socket()
    const subtopic = `${topicIn('open')}/ä`
    await socket.join(subtopic)
    const path = `/${encodeURIComponent(subtopic)}/events/${encodeURIComponent('an event')}`
    expect((await post(path, { n: 1 })).status).toBe(202)
    expect(await socket.next({ event: 'broadcast' })).toMatchObject({
      payload: { type: 'broadcast', event: 'an event', payload: { n: 1 } },
      binary: true,
    })
    const bytes = await post(path, new Uint8Array([7, 8]), { 'content-type': 'application/octet-stream' })
    expect(bytes.status).toBe(202)
    expect((await socket.next({ event: 'broadcast' })).payload.payload).toEqual(Buffer.from([7, 8]))
    expect((await post(path, 'x', { 'content-type': 'text/plain' })).status).toBe(415)
  })

  test('one private message needs the right to send', async () => {
    const authorization = `Bearer ${token}`
    const [open, read] = [topicIn('open'), topicIn('read')]
    expect((await post(`/${open}/events/x?private=true`, {}, { authorization })).status).toBe(202)
    const refused = await post(`/${read}/events/x?private=true`, {}, { authorization })
    expect([refused.status, await refused.json()]).toEqual([403, { message: 'Unauthorized' }])
    const service = await post(`/${read}/events/x?private=true`, {}, { apikey: target.secretKey })
    expect(service.status).toBe(202)
  })

  test('supabase-js uses it before a channel is joined', async () => {
    const socket = await target.socket({ apikey: token })
    const subtopic = topicIn('open')
    await socket.join(subtopic, { private: true })
    const client = await target.client(token)
    const channel = client.channel(subtopic, { config: { private: true } })
    expect(await channel.httpSend('posted', { n: 2 })).toEqual({ success: true })
    expect((await socket.next({ event: 'broadcast' })).payload).toMatchObject({
      event: 'posted',
      payload: { n: 2 },
    })
  })
})

describe('broadcast from the database', () => {
  const ready = { private: true, broadcast: { replication_ready: true } }

  test('reaches a private topic once the transaction has committed, with its id', async () => {
    const [modern, old] = await Promise.all([
      target.socket({ apikey: token }),
      target.socket({ apikey: token, vsn: '1.0.0' }),
    ])
    const subtopic = topicIn('read')
    await Promise.all([modern.join(subtopic, ready), old.join(subtopic, ready)])
    expect((await modern.next({ event: 'system' }, 60_000)).payload).toEqual({
      extension: 'system',
      status: 'ok',
      message: 'Replication connection established',
      channel: subtopic,
    })
    await target.sql.begin(async (tx) => {
      await tx`select realtime.send('{"n":12345678901234567890}', 'sent', ${subtopic})`
      expect(await modern.settled({ event: 'broadcast' })).toEqual([])
    })
    const { payload, binary } = await modern.next({ event: 'broadcast' })
    expect(binary).toBe(true)
    expect(payload).toMatchObject({ type: 'broadcast', event: 'sent', meta: { id: payload.payload.id } })
    expect((await old.next({ event: 'broadcast' })).payload).toEqual(payload)

    await target.sql.begin(async (tx) => {
      await tx`select realtime.send('{"n":1}', 'undone', ${subtopic})`
      throw new Error('rolled back')
    }).catch(() => {})
    expect(await modern.settled({ event: 'broadcast' })).toEqual([])
  }, TEST_TIMEOUT_MS)

  test('keeps private and public apart, leaves ids alone, and sends bytes', async () => {
    const socket = await target.socket({ apikey: token })
    const subtopic = topicIn('open')
    await socket.join(subtopic, { broadcast: { replication_ready: true } })
    await socket.next({ event: 'system' }, 60_000)
    await target.sql`select realtime.send('{}', 'private', ${subtopic})`
    await target.sql`select realtime.send('{"id":"own"}', 'public', ${subtopic}, false)`
    expect((await socket.next({ event: 'broadcast' })).payload).toMatchObject({
      event: 'public',
      payload: { id: 'own' },
    })
    await target.sql`select realtime.send_binary('\\xdeadbeef', 'bytes', ${subtopic}, false)`
    expect((await socket.next({ event: 'broadcast' })).payload.payload).toEqual(
      Buffer.from('deadbeef', 'hex'),
    )
  }, TEST_TIMEOUT_MS)

  test('a trigger may broadcast whole rows', async () => {
    const socket = await target.socket({ apikey: token })
    await socket.join('open:changes', ready)
    await socket.next({ event: 'system' }, 60_000)
    await target.sql`insert into conformance.announced values (1, 'one')`
    await target.sql`update conformance.announced set title = 'uno'`
    await target.sql`delete from conformance.announced`
    const payloads = []
    for (let index = 0; index < 3; index++) payloads.push((await socket.next({ event: 'broadcast' })).payload)
    const row = { table: 'announced', schema: 'conformance' }
    expect(payloads.map(({ payload }) => payload)).toMatchObject([
      { ...row, operation: 'INSERT', record: { id: 1, title: 'one' }, old_record: null },
      { ...row, operation: 'UPDATE', record: { title: 'uno' }, old_record: { title: 'one' } },
      { ...row, operation: 'DELETE', record: null, old_record: { title: 'uno' } },
    ])
  }, TEST_TIMEOUT_MS)

  test('what cannot be sent is a warning, not an error', async () => {
    const subtopic = topicIn('open')
    await target.sql`select realtime.send('[1]', 'array', ${subtopic})`
    await target.sql`select realtime.send('1', 'scalar', ${subtopic})`
    await target.sql.begin(async (tx) => {
      await tx`set local role authenticated` // who may not send to this topic
      await tx`select realtime.send('{}', 'forbidden', ${subtopic.replace('open', 'closed')})`
    })
    const [{ stored } = { stored: 0 }] = await target.sql<{ stored: number }[]>`
      select count(*)::int as stored from realtime.messages
      where topic in (${subtopic}, ${subtopic.replace('open', 'closed')})`
    expect(stored).toBe(0)
    await expect(
      target
        .sql`select realtime.broadcast_changes('t', 'e', 'TRUNCATE', 'a', 'b', null::record, null::record)`,
    )
      .rejects.toThrow(/Failed to process the row: Unexpected operation type: TRUNCATE/)
  })

  test('is replayed to who joins later, newest last', async () => {
    const [watcher, socket] = [await target.socket({ apikey: token }), await target.socket({ apikey: token })]
    const subtopic = topicIn('read')
    await watcher.join(subtopic, ready)
    await watcher.next({ event: 'system' }, 60_000)
    const since = Date.now() - 1_000
    for (const event of ['one', 'two', 'three']) {
      await target.sql`select realtime.send('{}', ${event}, ${subtopic})`
    }
    await target.sql`select realtime.send_binary('\\x01', 'bytes', ${subtopic})`
    for (let live = 0; live < 4; live++) await watcher.next({ event: 'broadcast' })
    const { joinRef } = await socket.join(subtopic, {
      private: true,
      broadcast: { replay: { since, limit: 3 } },
    })
    const replayed = [1, 2, 3].map(() => socket.next({ event: 'broadcast' }))
    const frames = [await replayed[0]!, await replayed[1]!, await replayed[2]!]
    expect(frames.map(({ payload }) => payload.event)).toEqual(['two', 'three', 'bytes'])
    expect(frames[0]).toMatchObject({ joinRef, payload: { type: 'broadcast', meta: { replayed: true } } })
    expect(frames[2]!.payload).toMatchObject({ payload: Buffer.from([1]), meta: { replayed: true } })
    expect(await socket.settled({ event: 'broadcast' })).toEqual([])
  }, TEST_TIMEOUT_MS)

  test('is not replayed on public channels, nor with parameters that make no sense', async () => {
    const socket = await target.socket({ apikey: token })
    expect((await socket.join(topicIn('open'), { broadcast: { replay: { since: 1 } } })).response.reason)
      .toBe('UnableToReplayMessages: Replay is not allowed for public channels')
    expect(
      (await socket.join(topicIn('open'), { private: true, broadcast: { replay: { since: 'x' } } })).response
        .reason,
    )
      .toBe('UnableToReplayMessages: Replay params are not valid')
    const subtopic = topicIn('presence')
    const config = { private: true, presence: { enabled: true }, broadcast: { replay: { since: 1 } } }
    expect((await socket.join(subtopic, config)).response.reason)
      .toBe(`Unauthorized: You do not have permissions to read from this Channel topic: ${subtopic}`)
  }, TEST_TIMEOUT_MS)
})

describe('presence', () => {
  const track = (payload: unknown) => ({ type: 'presence', event: 'TRACK', payload })

  test('shows who is there, who comes, changes and goes', async () => {
    const [ana, bo] = await Promise.all([target.socket(), target.socket()])
    const subtopic = topicIn('open')
    const joined = await ana.join(subtopic, { presence: { enabled: true, key: 'ana' } })
    expect((await ana.next({ event: 'presence_state' })).payload).toEqual({})
    const tracked = ana.send(joined.topic, 'presence', track({ mood: 'calm' }), joined.joinRef)
    const first = (await ana.next({ event: 'presence_diff' })).payload.joins.ana.metas[0]
    expect(first).toMatchObject({ mood: 'calm', phx_ref: expect.any(String) })
    expect((await ana.next({ ref: tracked })).payload).toEqual({ status: 'ok', response: {} })

    await bo.join(subtopic, { presence: { enabled: true } })
    expect((await bo.next({ event: 'presence_state' })).payload).toEqual({ ana: { metas: [first] } })

    ana.send(joined.topic, 'presence', track({ mood: 'calm' }), joined.joinRef) // nothing new
    ana.send(joined.topic, 'presence', track({ mood: 'glad' }), joined.joinRef)
    const changed = await bo.next({ event: 'presence_diff' })
    expect(changed).toMatchObject({ joinRef: null, ref: null })
    expect(changed.payload).toMatchObject({
      joins: { ana: { metas: [{ mood: 'glad', phx_ref_prev: first.phx_ref }] } },
      leaves: { ana: { metas: [first] } },
    })
    ana.close()
    expect((await bo.next({ event: 'presence_diff' })).payload).toMatchObject({
      joins: {},
      leaves: { ana: { metas: [{ mood: 'glad' }] } },
    })
  })

  test('refuses what is not an object, and what is not an event of presence', async () => {
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(topicIn('open'), { presence: { enabled: true } })
    const list = socket.send(topic, 'presence', track([1]), joinRef)
    expect((await socket.next({ ref: list })).payload).toEqual({
      status: 'error',
      response: { reason: 'Presence track payload must be a map' },
    })
    const unknown = socket.send(topic, 'presence', { type: 'presence', event: 'wave' }, joinRef)
    expect((await socket.next({ ref: unknown })).payload).toEqual({ status: 'error', response: {} })
  })

  test('is kept from private members who may not receive it, and from senders who may not send it', async () => {
    const [service, reader] = await Promise.all([
      target.socket({ apikey: target.secretKey }),
      target.socket({ apikey: token }),
    ])
    const subtopic = topicIn('read')
    const config = { private: true, presence: { enabled: true, key: 'k' } }
    const own = await reader.join(subtopic, config)
    const joined = await service.join(subtopic, config)
    service.send(joined.topic, 'presence', track({}), joined.joinRef)
    await service.next({ event: 'presence_diff' })
    const refused = reader.send(own.topic, 'presence', track({}), own.joinRef)
    expect((await reader.next({ ref: refused })).payload).toEqual({ status: 'error', response: {} })
    expect(await reader.settled({ topic: own.topic })).toEqual([])
  })

  test('closes a channel that tracks too often', async () => {
    const socket = await target.socket()
    const { topic, joinRef } = await socket.join(topicIn('open'), { presence: { enabled: true } })
    for (let call = 0; call < 6; call++) socket.send(topic, 'presence', track({ call }), joinRef)
    expect((await socket.next({ event: 'system' })).payload.message).toBe(
      'Client presence rate limit exceeded',
    )
    await socket.next({ event: 'phx_close' })
  })

  test('works through supabase-js', async () => {
    const subtopic = topicIn('open')
    const clients = await Promise.all([target.client(token), target.client(token)])
    const [ana, bo] = clients.map((client, index) =>
      client.channel(subtopic, { config: { private: true, presence: { key: `user-${index}` } } })
    ) as [RealtimeChannel, RealtimeChannel]
    const left: string[] = []
    bo.on('presence', { event: 'sync' }, () => {})
    bo.on('presence', { event: 'leave' }, ({ key }) => left.push(key))
    ana.on('presence', { event: 'sync' }, () => {})
    await Promise.all([subscribed(ana), subscribed(bo)])
    expect(await ana.track({ typing: true })).toBe('ok')
    await expect.poll(() => bo.presenceState()).toMatchObject({ 'user-0': [{ typing: true }] })
    expect(await ana.untrack()).toBe('ok')
    await expect.poll(() => left).toEqual(['user-0'])
    expect(bo.presenceState()).toEqual({})
  })
})

describe('postgres_changes', () => {
  /** Joins with bindings, and waits until they are in force. */
  async function listen(bindings: Record<string, unknown>[], accessToken = token) {
    const socket = await target.socket({ apikey: accessToken })
    const joined = await socket.join(topicIn('open'), { postgres_changes: bindings })
    const { payload: system } = await socket.next({ event: 'system' }, 20_000) // upstream takes up to 8 s
    const ids = (joined.response.postgres_changes as { id: number }[]).map(({ id }) => id)
    return { socket, ids, system, ...joined }
  }
  const on = (table: string, more: Record<string, unknown> = {}) => ({
    event: '*',
    schema: 'conformance',
    table,
    ...more,
  })
  const next = async (socket: RawSocket) => (await socket.next({ event: 'postgres_changes' })).payload

  test('the answer repeats every binding, with an id of its own', async () => {
    const bindings = [
      on('open_notes', { event: 'INSERT', filter: 'id=eq.1', anything: { else: 1 } }),
      on('open_notes'),
      on('open_notes'),
    ]
    const { response, system } = await listen(bindings)
    const [first, second, third] = response.postgres_changes
    expect(first).toEqual({ ...bindings[0], id: expect.any(Number) })
    expect(second.id).toBe(third.id)
    expect(second.id).not.toBe(first.id)
    expect(system).toMatchObject({
      extension: 'postgres_changes',
      status: 'ok',
      message: 'Subscribed to PostgreSQL',
    })
  }, TEST_TIMEOUT_MS)

  test('insert, update and delete arrive as records of real JSON', async ({ skip }) => {
    if (!target.canSign) skip()
    const sub = randomUUID()
    const { socket, ids } = await listen([on('notes')], await target.token({ sub }))
    await target
      .sql`insert into conformance.notes (owner_id, title, amount, count, big, bytes, tags, done, data, secret)
      values (${sub}, 'a', 1.50, 7, 9007199254740993, '\\x0aff', '{x,y}', true, '{"k":[1]}', 'hidden')`
    const inserted = await next(socket)
    expect(inserted.ids).toEqual(ids)
    expect(inserted.data).toMatchObject({
      schema: 'conformance',
      table: 'notes',
      type: 'INSERT',
      errors: null,
      commit_timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      record: {
        owner_id: sub,
        title: 'a',
        amount: 1.5,
        count: 7,
        bytes: '0aff',
        tags: ['x', 'y'],
        done: true,
        data: { k: [1] },
      },
    })
    expect(inserted.data.record).not.toHaveProperty('secret')
    expect(inserted.data).not.toHaveProperty('old_record')
    expect(inserted.data.columns.slice(0, 4)).toEqual([
      { name: 'id', type: 'int8' },
      { name: 'owner_id', type: 'uuid' },
      { name: 'title', type: 'text' },
      { name: 'amount', type: 'numeric' },
    ])
    expect(inserted.data.columns).toContainEqual({ name: 'tags', type: '_text' })

    const { id } = inserted.data.record
    await target.sql`update conformance.notes set title = 'b' where id = ${id}`
    const updated = (await next(socket)).data
    expect(updated).toMatchObject({ type: 'UPDATE', record: { id, title: 'b' }, old_record: { id } })
    expect(Object.keys(updated.old_record)).toEqual(['id'])
    await target.sql`delete from conformance.notes where id = ${id}`
    const deleted = (await next(socket)).data
    expect(deleted).toMatchObject({ type: 'DELETE', old_record: { id } })
    expect(deleted).not.toHaveProperty('record')
  }, TEST_TIMEOUT_MS)

  test('a row that RLS hides is not sent, but its deletion is, as a primary key', async ({ skip }) => {
    if (!target.canSign) skip()
    const [mine, other] = [randomUUID(), randomUUID()]
    const { socket } = await listen([on('notes')], await target.token({ sub: mine }))
    const [row] = await target.sql<{ id: string }[]>`
      insert into conformance.notes (owner_id, title) values (${other}, 'not yours') returning id`
    await target.sql`insert into conformance.notes (owner_id, title) values (${mine}, 'yours')`
    expect((await next(socket)).data.record.title).toBe('yours')
    await target.sql`delete from conformance.notes where id = ${row!.id}`
    expect((await next(socket)).data).toMatchObject({ type: 'DELETE', old_record: { id: Number(row!.id) } })
  }, TEST_TIMEOUT_MS)

  test('a new token brings its own rows', async ({ skip }) => {
    if (!target.canSign) skip()
    const sub = randomUUID()
    const { socket, topic, joinRef } = await listen([on('notes', { event: 'INSERT' })], await target.token())
    socket.send(topic, 'access_token', { access_token: await target.token({ sub }) }, joinRef)
    await socket.next({ event: 'system' }, 20_000)
    await target.sql`insert into conformance.notes (owner_id, title) values (${sub}, 'now mine')`
    expect((await next(socket)).data.record.title).toBe('now mine')
  }, TEST_TIMEOUT_MS)

  test.each<[string, string, string[]]>([
    ['eq', 'title=eq.b', ['b']],
    ['neq', 'title=neq.b', ['a', 'c']],
    ['lt', 'id=lt.2', ['a']],
    ['lte', 'id=lte.2', ['a', 'b']],
    ['gt', 'id=gt.2', ['c']],
    ['gte', 'id=gte.2', ['b', 'c']],
    ['in', 'title=in.(a,c)', ['a', 'c']],
    ['like', 'title=like.%b%', ['b']],
    ['ilike', 'title=ilike.B', ['b']],
    ['is', 'body=is.null', ['a', 'b']],
    ['not is', 'body=not.is.null', ['c']],
    ['match', 'title=match.^[ab]$', ['a', 'b']],
    ['imatch', 'title=imatch.^B$', ['b']],
    ['isdistinct', 'body=isdistinct.x', ['a', 'b']],
    ['not eq', 'title=not.eq.b', ['a', 'c']],
    ['and', 'id=gt.1,title=neq.c', ['b']],
    ['a quoted value', 'title=eq."b"', ['b']],
    ['nothing', '', ['a', 'b', 'c']],
  ])('filters by %s', async (_name, filter, expected) => {
    const marker = Math.floor(Math.random() * 1e9) // what other tests did may still be arriving
    const { socket } = await listen([
      on('open_notes', { event: 'INSERT', filter }),
      on('full_notes', { event: 'INSERT', filter: `id=eq.${marker}` }),
    ])
    await target.sql`insert into conformance.open_notes values (1, 'a', null), (2, 'b', null), (3, 'c', 'x')`
    await target.sql`delete from conformance.open_notes`
    await target.sql`insert into conformance.full_notes values (${marker}, 'end')`
    const titles: string[] = []
    for (let change = await next(socket); change.data.table !== 'full_notes'; change = await next(socket)) {
      titles.push(change.data.record.title)
    }
    expect(titles).toEqual(expected)
  }, TEST_TIMEOUT_MS)

  test(
    'without RLS a deletion shows what the replica identity holds, and filters see no more than that',
    async () => {
      const { socket, ids } = await listen([
        on('full_notes', { event: 'DELETE', filter: 'title=eq.a' }),
        on('open_notes', { event: 'DELETE', filter: 'title=eq.a' }),
      ])
      await target.sql`insert into conformance.open_notes values (1, 'a')`
      await target.sql`insert into conformance.full_notes values (1, 'a')`
      await target.sql`delete from conformance.open_notes`
      await target.sql`delete from conformance.full_notes`
      const { ids: matched, data } = await next(socket)
      expect(matched).toEqual([ids[0]])
      expect(data.old_record).toEqual({ id: 1, title: 'a' })
    },
    TEST_TIMEOUT_MS,
  )

  test('a selection of columns keeps the primary key', async () => {
    const { socket } = await listen([on('open_notes', { event: 'INSERT', select: ['title'] })])
    await target.sql`insert into conformance.open_notes values (5, 'kept', 'left out')`
    const { data } = await next(socket)
    await target.sql`delete from conformance.open_notes`
    expect(data.record).toEqual({ id: 5, title: 'kept' })
    expect(data.columns.map(({ name }: { name: string }) => name)).toEqual(['id', 'title'])
  }, TEST_TIMEOUT_MS)

  test('a table without a primary key only says that something happened', async () => {
    const { socket } = await listen([on('no_key')])
    await target.sql`insert into conformance.no_key values ('x')`
    expect((await next(socket)).data).toEqual({
      schema: 'conformance',
      table: 'no_key',
      type: 'INSERT',
      errors: ['Error 400: Bad Request, no primary key'],
    })
  }, TEST_TIMEOUT_MS)

  test('a role that may not read the table is told so', async () => {
    const { socket } = await listen([on('open_notes', { event: 'INSERT' })], target.publishableKey)
    await target.sql`insert into conformance.open_notes values (8, 'x')`
    const { data } = await next(socket)
    await target.sql`delete from conformance.open_notes`
    expect(data.errors).toEqual(['Error 401: Unauthorized'])
  }, TEST_TIMEOUT_MS)

  test('a change of more than a mebibyte loses its long values', async () => {
    const { socket } = await listen([on('open_notes', { event: 'INSERT' })])
    await target.sql`insert into conformance.open_notes values (6, 'short', repeat('x', 1100000))`
    const { data } = await next(socket)
    await target.sql`delete from conformance.open_notes`
    expect(data.record).toEqual({ id: 6, title: 'short' })
    expect(data.errors).toEqual(['Error 413: Payload Too Large'])
  }, TEST_TIMEOUT_MS)

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown operator', { filter: 'title=foo.hey' }, /^Error parsing `filter` params: \["foo", "hey"\]$/],
    ['half a filter', { filter: 'undefined' }, /^Error parsing `filter` params: \["undefined"\]$/],
    ['an empty condition', { filter: 'id=eq.1,' }, /filter must not contain empty segments/],
    ['`in` without parentheses', { filter: 'id=in.1' }, /`in` filter value must be wrapped by parentheses/],
    [
      'an unknown column',
      { filter: 'nope=eq.1' },
      /Exception: ERROR P0001 \(raise_exception\) invalid column for filter nope$/,
    ],
    [
      'a value of another type',
      { filter: 'id=eq.x' },
      /Exception: ERROR 22P02 \(invalid_text_representation\)/,
    ],
    [
      'a broken regular expression',
      { filter: 'title=match.(' },
      /invalid regular expression for match filter/,
    ],
    [
      'too many values',
      { filter: `id=in.(${Array.from({ length: 101 }, (_, index) => index)})` },
      /too many values/,
    ],
    [
      'a table that is not published',
      { table: 'unpublished' },
      /^Unable to subscribe to changes with given parameters\. Please check Realtime is enabled for the given connect parameters: \[event: \*, schema: conformance, table: unpublished, filters: \[\], select: nil\]$/,
    ],
    [
      'a selection of every table',
      { table: '*', select: ['id'] },
      /Column selection is not supported for wildcard/,
    ],
  ])('%s is an error of the subscription, not of the join', async (_name, more, message) => {
    const { status, system } = await listen([on('open_notes', more)])
    expect(status).toBe('ok')
    expect(system).toMatchObject({ extension: 'postgres_changes', status: 'error' })
    expect(system.message).toMatch(message)
  }, TEST_TIMEOUT_MS)

  test('works through supabase-js', async () => {
    const channel = (await target.client(token)).channel(topicIn('open'))
    const changes: Record<string, unknown>[] = []
    let listening = false
    channel.on(
      'postgres_changes',
      on('open_notes', { filter: 'id=eq.9' }) as never,
      (change: Record<string, unknown>) => changes.push(change),
    )
    channel.on('system', {}, ({ status }: { status: string }) => listening = status === 'ok')
    await subscribed(channel)
    await expect.poll(() => listening, { timeout: 20_000 }).toBe(true)
    await target.sql`insert into conformance.open_notes values (9, 'through the client')`
    await target.sql`delete from conformance.open_notes`
    await expect.poll(() => changes.length).toBe(2)
    expect(changes[0]).toMatchObject({
      eventType: 'INSERT',
      new: { id: 9, title: 'through the client' },
      old: {},
      errors: null,
    })
    expect(changes[1]).toMatchObject({ eventType: 'DELETE', old: { id: 9 } })
  }, TEST_TIMEOUT_MS)
})

/** Subscribes a supabase-js channel, and waits for it. */
async function subscribed(channel: RealtimeChannel): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) resolve()
      else reject(error ?? new Error(status))
    })
  })
  await sleep(0)
}
