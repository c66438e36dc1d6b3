import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isReachable } from '../../functions/webhooks/address.ts'
import { createHandler } from '../../functions/webhooks/handler.ts'
import { type Answer, type Outgoing, send, type Sending } from '../../functions/webhooks/send.ts'
import { answerOf, post, sqlOf } from './support.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
  vi.restoreAllMocks()
})

/** A program that listens on this machine; returns its port. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)()
  })
  return (server.address() as AddressInfo).port
}

/** A receiver that notes what it gets. */
async function receiver(answer: (res: ServerResponse, req: IncomingMessage) => void) {
  const got: { headers: IncomingMessage['headers']; body: string; path: string; local: string }[] = []
  const port = await listen(createServer(async (req, res) => {
    const parts: Uint8Array[] = []
    for await (const part of req) parts.push(part as Uint8Array)
    const body = Buffer.concat(parts).toString('utf8')
    got.push({ headers: req.headers, body, path: req.url!, local: req.socket.localAddress! })
    answer(res, req)
  }))
  return { port, got }
}

/** Addresses of names for one test; a list is given out one after the other. */
function names(table: Record<string, string[]>): Sending {
  return {
    allowLoopback: true,
    resolve: async (name) => {
      const found = table[name]
      if (!found) throw new Error(`getaddrinfo ENOTFOUND ${name}`)
      return found
    },
  }
}
const HERE = names({ 'here.example': ['127.0.0.1'] })
const request = (url: string, more: Partial<Outgoing> = {}): Outgoing => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"a":"ü"}',
  ...more,
})

const DELIVERY = {
  id: '0198f000-0000-7000-8000-000000000001',
  attempt: 1,
  url: 'https://erp.example/hooks',
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  event_id: '0198f000-0000-7000-8000-00000000000e',
  type: 'order.created',
  occurred_at: '2026-03-01T20:00:00.123456+00:00',
  data: { order_id: '0198f000-0000-7000-8000-00000000c0de', total_amount: 2500 },
}
/** Claims in batches, then nothing. */
const batches = (...lists: unknown[][]) => () => lists.shift() ?? []

describe('which addresses are outside', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.19.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:10.0.0.1',
    '::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'localhost',
    '1',
    '127.1',
    '0x7f.0.0.1',
    '1.2.3.4.5',
    '256.1.1.1',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '',
  ])('nothing is sent to %s', (address) => {
    expect(isReachable(address)).toBe(false)
  })

  test.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001:81b::200e',
    '::ffff:1.1.1.1',
    '2001:4860:4860::8888',
  ])('events may be sent to %s', (address) => {
    expect(isReachable(address)).toBe(true)
  })

  test('a developer may listen on the same machine, and nothing else inside is opened by that', () => {
    for (const own of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(isReachable(own, true)).toBe(true)
    for (
      const other of ['10.0.0.1', '169.254.169.254', '192.168.0.1', 'fe80::1', 'fd00::1', '0.0.0.0', '::']
    ) {
      expect(isReachable(other, true)).toBe(false)
    }
  })
})

describe('sending', () => {
  test('a request arrives whole, with its name as host, and its status comes back', async () => {
    const { port, got } = await receiver((res) => res.writeHead(204).end())
    expect(await send(request(`http://here.example:${port}/hooks?x=1`), HERE)).toEqual({ code: 204 })
    expect(got).toMatchObject([{ path: '/hooks?x=1', body: '{"a":"ü"}' }])
    expect(got[0]!.headers).toMatchObject({ host: `here.example:${port}`, 'content-length': '10' })
  })

  test.each([
    ['http://2130706433/', 'decimal'],
    ['http://0x7f000001/', 'hexadecimal'],
    ['http://0177.0.0.1/', 'octal'],
    ['http://127.1/', 'short'],
    ['http://[::1]/', 'IPv6'],
    ['http://[::ffff:127.0.0.1]/', 'IPv4 written as IPv6'],
    ['http://[::ffff:7f00:1]/', 'IPv4 written as IPv6 in groups'],
    ['http://169.254.169.254/latest/meta-data', 'a metadata service'],
  ])('nothing is sent to %s (%s)', async (url) => {
    expect(await send(request(url), { ...HERE, allowLoopback: false })).toEqual({
      error: 'address_not_allowed',
    })
  })

  test('a name with one address inside is refused, whatever its others are', async () => {
    for (const inside of ['10.0.0.1', '::ffff:169.254.169.254', 'fe80::1']) {
      const sending = names({ 'mixed.example': ['1.1.1.1', inside] })
      expect(await send(request('https://mixed.example/'), sending)).toEqual({ error: 'address_not_allowed' })
    }
  })

  test('a name is resolved once, so one that leads elsewhere a moment later changes nothing', async () => {
    const { port, got } = await receiver((res) => res.end())
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const resolve = vi.fn(async () => answers.shift()!)
    expect(await send(request(`http://rebinding.example:${port}/`), { allowLoopback: true, resolve }))
      .toEqual({ code: 200 })
    expect(resolve).toHaveBeenCalledTimes(1)
    expect(got).toHaveLength(1)
  })

  test('a name that nobody knows is a failure of its own', async () => {
    expect(await send(request('https://nobody.example/'), HERE)).toEqual({ error: 'name_not_found' })
    expect(await send(request('https://empty.example/'), names({ 'empty.example': [] })))
      .toEqual({ error: 'name_not_found' })
  })

  test('a redirect is an answer and is not followed', async () => {
    const inside = await receiver((res) => res.end())
    const { port } = await receiver((res) =>
      res.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end()
    )
    expect(await send(request(`http://here.example:${port}/`), HERE)).toEqual({ code: 307 })
    expect(inside.got).toEqual([])
  })

  test('the next address is tried where one does not answer', async () => {
    const { port } = await receiver((res) => res.end())
    const sending = names({ 'two.example': ['127.0.0.2', '127.0.0.1'] })
    expect(await send(request(`http://two.example:${port}/`), sending)).toEqual({ code: 200 })
  })

  test('a receiver that does not listen is a failure', async () => {
    expect(await send(request('http://here.example:1/'), HERE)).toEqual({ error: 'connection_failed' })
  })

  test('a receiver that never answers is given five seconds', async () => {
    const { port } = await receiver(() => {})
    expect(await send(request(`http://here.example:${port}/`), HERE)).toEqual({ error: 'answer_timeout' })
  }, 20_000)

  test('a receiver that answers byte by byte is given five seconds in all', async () => {
    const port = await listen(createTcpServer((socket: Socket) => {
      socket.on('error', () => {})
      const timer = setInterval(() => socket.write('H'), 200)
      socket.on('close', () => clearInterval(timer))
    }))
    expect(await send(request(`http://here.example:${port}/`), HERE)).toMatchObject({
      error: 'answer_timeout',
    })
  }, 20_000)

  test('an answer without end is not read to its end', async () => {
    let written = 0
    const { port } = await receiver((res) => {
      const timer = setInterval(() => {
        if (!res.destroyed && written < 200 * 1024 * 1024) {
          written += res.write('x'.repeat(1 << 20)) ? 1 << 20 : 0
        }
      }, 1)
      res.on('close', () => clearInterval(timer))
    })
    expect(await send(request(`http://here.example:${port}/`), HERE)).toEqual({ code: 200 })
    expect(written).toBeLessThan(100 * 1024 * 1024)
  })

  test.each([
    ['nonsense', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}`],
    ['nothing', ''],
  ])('an answer of %s is invalid', async (_, answer) => {
    const port = await listen(createTcpServer((socket: Socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(answer))
    }))
    expect(await send(request(`http://here.example:${port}/`), HERE)).toEqual({ error: 'answer_invalid' })
  })

  test('a large event arrives whole', async () => {
    const { port, got } = await receiver((res) => res.end())
    const body = JSON.stringify({ text: 'ö'.repeat(500_000) })
    expect(await send(request(`http://here.example:${port}/`, { body }), HERE)).toEqual({ code: 200 })
    expect(got[0]!.body === body).toBe(true)
  })

  test('what comes before the answer is not the answer', async () => {
    const port = await listen(createTcpServer((socket: Socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
        socket.end('HTTP/1.1 503 Busy\r\n\r\n')
      })
    }))
    expect(await send(request(`http://here.example:${port}/`), HERE)).toEqual({ code: 503 })
  })

  describe('over TLS', () => {
    const directory = mkdtempSync(join(tmpdir(), 'webhooks-'))
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
    execFileSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=here.example',
      '-addext',
      'subjectAltName=DNS:here.example',
    ], { stdio: 'ignore' })
    const authorities = readFileSync(cert, 'utf8')
    const options = { key: readFileSync(key), cert: authorities }
    rmSync(directory, { recursive: true })
    const sending = {
      ...names({ 'here.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] }),
      authorities,
    }

    test('the certificate is that of the name, though the connection goes to an address', async () => {
      const port = await listen(createTlsServer(options, (_, res) => res.end()))
      expect(await send(request(`https://here.example:${port}/`), sending)).toEqual({ code: 200 })
      expect(await send(request(`https://other.example:${port}/`), sending))
        .toEqual({ error: 'certificate_invalid' })
    })

    test('a certificate that nobody vouches for is refused', async () => {
      const port = await listen(createTlsServer(options, (_, res) => res.end()))
      expect(await send(request(`https://here.example:${port}/`), HERE)).toEqual({
        error: 'certificate_invalid',
      })
    })

    test('a receiver that does not speak TLS is a failure', async () => {
      const { port } = await receiver((res) => res.end())
      expect(await send(request(`https://here.example:${port}/`), sending))
        .toEqual({ error: 'certificate_invalid' })
    })
  })
})

describe('a run of the job', () => {
  /** Runs it once, with deliveries and a receiver handed in. */
  async function run(claims: () => unknown[], receive: (request: Outgoing) => Promise<Answer>) {
    const database = sqlOf({ claim_webhooks: claims, settle_webhook: null })
    const response = await createHandler({ sql: database.sql, send: receive })(post('/webhooks', {}))
    return { answer: await answerOf(response), settled: database.called('settle_webhook'), database }
  }

  test("a delivery is signed as of now with both secrets, under the event's id, and settled", async () => {
    const sent: Outgoing[] = []
    const { answer, settled } = await run(batches([DELIVERY]), async (outgoing) => {
      sent.push(outgoing)
      return { code: 200 }
    })
    expect(answer).toEqual([200, { delivered: 1, failed: 0 }])
    const [{ headers, body }] = sent as [Outgoing]
    expect(headers['webhook-id']).toBe(DELIVERY.event_id)
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30)
    const expected = {
      type: 'order.created',
      timestamp: DELIVERY.occurred_at,
      data: DELIVERY.data,
    }
    for (const secret of DELIVERY.secrets) expect(new Webhook(secret).verify(body, headers)).toEqual(expected)
    expect(() => new Webhook('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA').verify(body, headers)).toThrow()
    expect(() => new Webhook(DELIVERY.secrets[0]!).verify(body.replace('2500', '1'), headers)).toThrow()
    expect(settled).toMatchObject([{
      args: { id: DELIVERY.id, attempt: 1, response_code: 200, error: null },
    }])
  })

  test('a later try is signed anew, so that receivers who refuse old signatures take it', async () => {
    const stamps: string[] = []
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T20:00:00Z') })
    for (const attempt of [1, 2]) {
      await run(batches([{ ...DELIVERY, attempt }]), async ({ headers }) => {
        stamps.push(`${headers['webhook-timestamp']} ${headers['webhook-signature']}`)
        return { code: 503 }
      })
      vi.setSystemTime(Date.now() + 300_000)
    }
    vi.useRealTimers()
    expect(stamps[0]).toMatch(/^1772395200 v1,/)
    expect(stamps[1]).toMatch(/^1772395500 v1,/)
    expect(stamps[0]!.split(' ')[1]).not.toBe(stamps[1]!.split(' ')[1])
  })

  test('what a receiver answers, or that it does not, is written down', async () => {
    const answers: Answer[] = [{ code: 500 }, { error: 'connection_timeout' }]
    const { answer, settled } = await run(
      batches([DELIVERY, { ...DELIVERY, id: '0198f000-0000-7000-8000-000000000002' }]),
      async () => answers.shift()!,
    )
    expect(answer).toEqual([200, { delivered: 0, failed: 2 }])
    expect(settled.map(({ args }) => [args['response_code'], args['error']]))
      .toEqual([[500, null], [null, 'connection_timeout']])
  })

  test('a receiver that takes its time holds nobody up', async () => {
    let finish = () => {}
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    const order: string[] = []
    const fast = (n: number) => ({ ...DELIVERY, url: `https://fast.example/${n}` })
    const { answer } = await run(
      batches([{ ...DELIVERY, url: 'https://slow.example/' }, fast(1)], [fast(2)], [], [fast(3)], []),
      async ({ url }) => {
        if (url === 'https://slow.example/') await slow
        order.push(url)
        if (url.endsWith('/3')) finish()
        return { code: 200 }
      },
    )
    expect(answer).toEqual([200, { delivered: 4, failed: 0 }])
    expect(order.at(-1)).toBe('https://slow.example/')
  })

  test('a report that is lost ends nothing: the delivery is made again', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    const database = sqlOf({ claim_webhooks: batches([DELIVERY]), settle_webhook: new Error('gone') })
    const response = await createHandler({ sql: database.sql, send: async () => ({ code: 200 }) })(
      post('/webhooks', {}),
    )
    expect(response.status).toBe(200)
    expect(told).toHaveBeenCalledTimes(1)
  })

  test('only POST runs it', async () => {
    const { sql } = sqlOf({})
    const response = await createHandler({ sql, send: async () => ({ code: 200 }) })(
      new Request('http://functions/webhooks'),
    )
    expect(response.status).toBe(405)
  })
})
