import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { openTarget, type Target } from './realtime/target.ts'

let target: Target

beforeAll(async () => {
  target = await openTarget()
  const { sql } = target
  await sql`drop policy if exists conformance_receive on realtime.messages`
  await sql`drop policy if exists conformance_send on realtime.messages`
  await sql`create policy conformance_receive on realtime.messages for select to authenticated
    using (realtime.topic() like 'open:%' or (realtime.topic() like 'read:%' and extension = 'broadcast'))`
  await sql`create policy conformance_send on realtime.messages for insert to authenticated
    with check (realtime.topic() like 'open:%')`
})

const name = (scope = 'open') => `${scope}:${randomUUID()}`

describe('slice', () => {
  test('private join, broadcast, database broadcast', async () => {
    const token = await target.token()
    const a = await target.socket()
    const b = await target.socket({ vsn: '1.0.0' })
    const topic = name()
    const ja = await a.join(topic, { private: true, broadcast: { replication_ready: true, ack: true } }, {
      access_token: token,
    })
    expect(ja).toMatchObject({ status: 'ok', response: { postgres_changes: [] } })
    const jb = await b.join(topic, { private: true }, { access_token: token })
    expect(jb.status).toBe('ok')
    await a.next({ event: 'system' })
    a.sendBinaryBroadcast({ topic: ja.topic, event: 'hi', payload: { a: 1 }, joinRef: ja.joinRef, ref: '9' })
    expect((await b.next({ event: 'broadcast' })).payload).toEqual({
      type: 'broadcast',
      event: 'hi',
      payload: { a: 1 },
    })
    await a.next({ ref: '9' })
    await target.sql`select realtime.send('{"x":1}', 'ev', ${topic})`
    console.log(await a.next({ event: 'broadcast' }), await b.next({ event: 'broadcast' }))
  })
})
