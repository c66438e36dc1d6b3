/**
 * The REST service on a database, and clients of it: what a measured call sends is what supabase-js and the service make of
 * it, in the role of whoever calls.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import WebSocket from 'ws'
import {
  connectAsOwner,
  type Database,
  RestConfig,
  type Service,
  signJwtWithSecret,
  startRest,
} from '../../supabase/local/index.ts'
import { cpuTime, type Timing } from './growth.ts'

/** A request of supabase-js, as its builders make it. */
export type Call = (client: SupabaseClient) => PromiseLike<{ error: { message: string } | null }>

/** The service and its connections to one database. Calls are made one after the other. */
export class Api {
  private constructor(
    private readonly service: Service,
    private readonly server: Server,
    private readonly secret: string,
    private readonly backends: number[],
  ) {}

  /** Starts the service. */
  static async open(database: Database): Promise<Api> {
    const secret = 'a secret of benchmarks, thirty-two bytes and more'
    const service = await startRest({
      database,
      verificationKeys: {
        keys: [{ kty: 'oct', k: Buffer.from(secret).toString('base64url'), alg: 'HS256' }],
      },
      config: RestConfig.parse({ schemas: ['public'] }),
    })
    const server = createServer((req, res) => {
      req.url = req.url!.replace(/^\/rest\/v1/, '')
      void service.handle(req, res)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const api = new Api(service, server, secret, [])
    // The first call opens the connection that all of them share.
    await (await api.client('anon')).from('currencies').select().limit(1)
    const sql = connectAsOwner(database)
    const rows = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = ${database.name} and application_name = 'rest'`
    await sql.end()
    api.backends.push(...rows.map(({ pid }) => pid))
    return api
  }

  /** A client in a role; `service_role` is the one to which no policy applies. */
  async client(role: 'anon' | 'authenticated' | 'service_role', sub?: string): Promise<SupabaseClient> {
    const { port } = this.server.address() as AddressInfo
    const token = await signJwtWithSecret({ role, ...(sub === undefined ? {} : { sub }) }, this.secret)
    return createClient(`http://127.0.0.1:${port}`, token, {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket as never },
    })
  }

  /** Makes a call and says what it took; rejects if it fails. */
  async time(client: SupabaseClient, call: Call): Promise<Timing> {
    const before = cpuTime(this.backends)
    const started = performance.now()
    const { error } = await call(client)
    const waited = performance.now() - started
    if (error !== null) throw new Error(error.message)
    return { waited, worked: cpuTime(this.backends) - before }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await this.service.close()
  }
}
