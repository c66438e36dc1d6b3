/** Answers requests: who, what, plan, run, respond. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyTooLarge, readBody } from '../http.ts'
import type { VerificationKeys } from '../jwt.ts'
import type { Service } from '../service.ts'
import type { Routine } from './catalog/catalog.ts'
import type { Settings } from './config.ts'
import { answerCors } from './cors.ts'
import {
  type Connection,
  ConnectionLost,
  type ConnectionOptions,
  PostgresError,
  type StepResult,
} from './database/connection.ts'
import { Abandoned, Pool } from './database/pool.ts'
import * as errors from './errors.ts'
import { RestError } from './errors.ts'
import { keysOfSecret } from './jwt-secret.ts'
import { type Knowledge, KnowledgeKeeper } from './knowledge.ts'
import { openApiResponse } from './openapi/respond.ts'
import { metricsText } from './metrics.ts'
import { findRoutine } from './plan/call.ts'
import { findTable, planRequest } from './plan/index.ts'
import type { Plan } from './plan/plan.ts'
import { calledByTarget } from './plan/read.ts'
import { tellPostgresError } from './postgres-errors.ts'
import { type ApiRequest, readRequest } from './request/api-request.ts'
import { isAllRows } from './request/range.ts'
import { type Outcome, respond, respondWithPlan, type RestResponse } from './response.ts'
import { plannedCountOf, type ResultColumn, resultColumns, statementOf } from './sql/statement.ts'
import { Stopwatch } from './timing.ts'
import { type Identity, TokenReader } from './token.ts'
import { type End, runTransaction, type TransactionContext, type Work } from './transaction.ts'
import { VERSION } from './version.ts'

/** What a server is made of. */
export interface RestServerOptions {
  connection: ConnectionOptions
  verificationKeys: VerificationKeys
  settings: Settings
  /** Most connections to the database, beside the one that listens. */
  poolSize?: number
  /** How long a request waits for a free connection, in milliseconds. */
  acquisitionTimeout?: number
  /** Whether what the database says of this service's options counts; it does unless told otherwise. */
  readsOptionsFromDatabase?: boolean
  /** Told of errors that are nobody's fault but this service's. */
  onError?: (error: unknown) => void
}

const DEFAULT_POOL_SIZE = 10
const DEFAULT_ACQUISITION_TIMEOUT_MS = 10_000
const CONNECTION_LIFETIME_MS = 30 * 60_000

/** Postgres takes no value larger than this. */
const LARGEST_BODY = 1024 ** 3 - 1

const NO_BODY = Buffer.alloc(0)

/** PostgREST's HTTP interface over one database. */
export class RestServer implements Service {
  readonly #options: RestServerOptions
  readonly #pool: Pool
  readonly #keeper: KnowledgeKeeper
  #tokens: TokenReader
  #secret: string | undefined
  #inFlight = 0
  #drained: (() => void) | undefined

  constructor(options: RestServerOptions) {
    this.#options = options
    this.#tokens = new TokenReader(options.verificationKeys)
    this.#pool = new Pool({
      ...options.connection,
      size: options.poolSize ?? DEFAULT_POOL_SIZE,
      acquisitionTimeout: options.acquisitionTimeout ?? DEFAULT_ACQUISITION_TIMEOUT_MS,
      maxLifetime: CONNECTION_LIFETIME_MS,
    })
    this.#keeper = new KnowledgeKeeper({
      connection: options.connection,
      settings: options.settings,
      readsOptions: options.readsOptionsFromDatabase ?? true,
      onChange: (knowledge) => this.#adopt(knowledge),
    })
  }

  #adopt({ settings }: Knowledge): void {
    this.#pool.forgetStatements()
    if (settings.jwtSecret === undefined || settings.jwtSecret === this.#secret) return
    this.#secret = settings.jwtSecret
    this.#tokens = new TokenReader(keysOfSecret(settings.jwtSecret, settings.jwtSecretIsBase64))
  }

  /** Loads what must be known of the database. Rejects if it cannot be reached, and keeps trying all the same. */
  start(): Promise<void> {
    return this.#keeper.start()
  }

  /** Reads the database again, and works with other settings and keys from then on where they are given. */
  reload(change?: { settings: Settings; verificationKeys: VerificationKeys }): void {
    if (change !== undefined) this.#tokens = new TokenReader(change.verificationKeys)
    this.#secret = undefined
    this.#keeper.reload(change?.settings)
  }

  /** What the service knows of the database, as JSON; nothing before it knows anything. */
  schemaCache(): string {
    const { catalog } = this.#keeper.current ?? {}
    return JSON.stringify(catalog, (_, value: unknown) => value instanceof Map ? [...value] : value) ?? ''
  }

  /** How the service fares, in the text format of Prometheus and by upstream's names. */
  metrics(): string {
    return metricsText(this.#pool.load, this.#keeper.loads)
  }

  /** Whether requests can be answered now. */
  get ready(): boolean {
    return this.#keeper.current !== undefined && this.#keeper.listening
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (answerCors(req, res, this.#settings.serverCorsAllowedOrigins)) return
    this.#inFlight += 1
    const watch = new Stopwatch()
    let response: RestResponse
    const gone = new AbortController()
    const leave = () => gone.abort()
    res.once('close', leave)
    try {
      response = varying(await this.#answer(req, watch, gone.signal))
    } catch (error) {
      if (error instanceof Abandoned) return
      response = errorResponse(this.#tell(error), this.#settings.clientErrorVerbosity)
    } finally {
      res.off('close', leave)
      this.#inFlight -= 1
      if (this.#inFlight === 0) this.#drained?.()
    }
    // The client may be gone by now; there is nobody left to tell.
    if (res.destroyed) return
    try {
      this.#trace(req, res, watch)
      send(req, res, response)
    } catch (error) {
      // A head that Node refuses, made of what the database gave: better no answer than no service.
      this.#options.onError?.(error)
      res.destroy()
    }
  }

  async close(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#drained = resolve))
    this.#keeper.close()
    await this.#pool.close()
  }

  get #settings(): Settings {
    return this.#keeper.current?.settings ?? this.#options.settings
  }

  #trace(req: IncomingMessage, res: ServerResponse, watch: Stopwatch): void {
    const { serverTraceHeader, serverTimingEnabled } = this.#settings
    const value = serverTraceHeader === undefined ? undefined : req.headers[serverTraceHeader]
    if (serverTraceHeader !== undefined && value !== undefined) res.setHeader(serverTraceHeader, value)
    if (serverTimingEnabled) res.setHeader('Server-Timing', watch.header())
  }

  #tell(error: unknown): RestError {
    if (error instanceof RestError) return error
    if (error instanceof ConnectionLost) return errors.clientFailed(error.message)
    if (error instanceof PostgresError) return tellPostgresError(error, false)
    if (error instanceof BodyTooLarge) return new RestError(413, 'PGRST102', error.message)
    this.#options.onError?.(error)
    return new RestError(500, 'PGRSTX00', 'Internal error')
  }

  async #answer(req: IncomingMessage, watch: Stopwatch, gone: AbortSignal): Promise<RestResponse> {
    watch.begin('jwt')
    const known = this.#keeper.current
    const settings = this.#settings
    const identity = this.#tokens.identify(req.headers.authorization, {
      anonRole: settings.dbAnonRole,
      audience: settings.jwtAud,
      roleOf: settings.jwtRoleClaimKey,
    })
    if (known === undefined) throw errors.noSchemaCache()
    watch.begin('parse')
    const body = hasBody(req) ? await readBody(req, LARGEST_BODY) : NO_BODY
    const incoming = {
      method: req.method ?? 'GET',
      url: utf8(req.url ?? '/'),
      headers: utf8Headers(req),
      body,
    }
    const request = readRequest(incoming, {
      schemas: settings.dbSchemas,
      allowTx: settings.dbTxEnd.endsWith('allow-override'),
      rootSpec: settings.dbRootSpec,
    })
    const call: Exchange = { req, request, identity, known, watch, gone }
    switch (request.action.kind) {
      case 'rootInfo':
        watch.begin('response')
        return info('OPTIONS,GET,HEAD')
      case 'tableInfo':
        watch.begin('response')
        return info(allowedOnTable(findTable(known.catalog, request.action.target)))
      case 'routineInfo':
        watch.begin('response')
        return info(allowedOnRoutine(findRoutine(known.catalog, request.action.target, [], undefined)))
      case 'root':
        return await this.#answerRoot(call)
      default:
        return await this.#answerRows(call)
    }
  }

  async #answerRoot(call: Exchange): Promise<RestResponse> {
    call.watch.begin('plan')
    return await openApiResponse(call.request, call.known, async (work) => {
      const results = await this.#transact(call, contextOf(call, true, undefined), work, undefined)
      call.watch.begin('response')
      return results
    })
  }

  async #answerRows(call: Exchange): Promise<RestResponse> {
    const { request, known, watch } = call
    watch.begin('plan')
    const plan = planRequest(request, known.catalog, known.settings)
    if (known.settings.safeUpdate) refuseUnsafeWrite(plan)
    const { count } = request.preferences
    const counts = plan.kind !== 'mutate' && count !== undefined && plan.media.kind !== 'plan'
    const { dbMaxRows } = known.settings
    const statement = statementOf(
      plan,
      {
        all: counts && count !== 'planned',
        atMost: count === 'estimated' && dbMaxRows !== undefined ? dbMaxRows + 1 : undefined,
        pageIsAll: dbMaxRows === undefined && isAllRows(request.range),
      },
      request.preferences.return === 'headers-only',
    )
    const isBinary = plan.body.kind === 'handler' && plan.media.kind !== 'plan'
    // Bodies that are not text come as the bytes that they are.
    const binary = resultColumns(plan).map((column) => column === 'body')
    const work: Work[] = [isBinary ? { ...statement, binary } : statement]
    if (counts && count !== 'exact') work.push(plannedCountOf(plan))
    const results = await this.#transact(
      call,
      contextOf(call, plan.kind === 'read' || (plan.kind === 'call' && plan.readOnly), plan),
      work,
      deciderOf(call, plan),
    )
    watch.begin('response')
    return warned(plan, responseTo(call, plan, results))
  }

  async #transact(
    { identity, known, watch, gone }: Exchange,
    context: TransactionContext,
    work: readonly Work[],
    decide: ((results: readonly StepResult[]) => End) | undefined,
  ): Promise<readonly StepResult[]> {
    watch.begin('transaction')
    let connected = false
    try {
      const borrower = { role: identity.role, caller: identity.subject, signal: gone }
      return await this.#pool.use(borrower, (connection: Connection) => {
        connected = true
        const running = runTransaction(connection, context, work, decide)
        // A write that has begun ends as it would: a shop must not depend on who closes a window when.
        return context.readOnly ? cancelledBy(gone, connection, running) : running
      })
    } catch (error) {
      if (gone.aborted) throw new Abandoned()
      if (!connected && (error instanceof ConnectionLost || error instanceof PostgresError)) {
        throw errors.connectionFailed(error.message)
      }
      if (error instanceof RangeError) throw errors.clientFailed(error.message)
      if (!(error instanceof PostgresError)) throw error
      throw tellPostgresError(error, identity.role === known.settings.dbAnonRole)
    }
  }
}

/** Waits for what runs on a connection, and has Postgres cancel it when the client goes. */
async function cancelledBy<T>(gone: AbortSignal, connection: Connection, running: Promise<T>): Promise<T> {
  let cancelling: Promise<void> | undefined
  const cancel = () => cancelling = connection.cancel().catch(() => {})
  gone.addEventListener('abort', cancel)
  try {
    return await running
  } finally {
    gone.removeEventListener('abort', cancel)
    // Only then may the connection be lent again.
    await cancelling
  }
}

/** One request on its way. */
interface Exchange {
  readonly req: IncomingMessage
  readonly request: ApiRequest
  readonly identity: Identity
  readonly known: Knowledge
  readonly watch: Stopwatch
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal
}

const hasBody = (req: IncomingMessage) =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0

/** Everything that is set before the statement runs. */
function contextOf(
  { req, request, identity, known }: Exchange,
  readOnly: boolean,
  plan: Plan | undefined,
): TransactionContext {
  const { settings, roles } = known
  const role = roles.get(identity.role)
  const routine = plan?.kind === 'call' ? plan.call.routine : undefined
  const { timezone } = request.preferences
  const path = utf8(req.url ?? '/').split('?', 1)[0]!
  return {
    role: identity.role,
    searchPath: [request.schema, ...settings.dbExtraSearchPath],
    roleSettings: role?.settings ?? [],
    settings: [
      ['request.jwt.claims', identity.claims],
      ['request.method', req.method ?? 'GET'],
      ['request.path', path],
      ['request.headers', headersJson(req)],
      ['request.cookies', cookiesJson(utf8(req.headers.cookie ?? ''))],
      ...(timezone === undefined ? [] : [['timezone', timezone] as const]),
      ...(routine?.settings.filter(([name]) => settings.dbHoistedTxSettings.includes(name)) ?? []),
      ...settings.appSettings,
    ],
    readOnly,
    isolation: isolationOf(routine, settings) ?? role?.isolation,
    preRequest: settings.dbPreRequest,
    prepares: settings.dbPreparedStatements,
    guardsTables: settings.safeUpdate && !readOnly && known.catalog.writesWholeTables,
  }
}

const isolationOf = (routine: Routine | undefined, settings: Settings): string | undefined =>
  settings.dbHoistedTxSettings.includes('default_transaction_isolation')
    ? (routine?.isolation ?? undefined)
    : undefined

/** All headers but the cookies, as one JSON object. */
function headersJson(req: IncomingMessage): string {
  const { cookie: _cookie, ...entries } = utf8Headers(req)
  return JSON.stringify(entries)
}

/** Node takes every byte of a head for a character; clients send UTF-8. */
const utf8 = (text: string): string =>
  /[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text

function utf8Headers({ headers }: IncomingMessage): Record<string, string> {
  const entries: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) entries[name] = utf8(typeof value === 'string' ? value : value.join(', '))
  }
  return entries
}

function cookiesJson(header: string): string {
  const pairs = header.split(';').map((part) => part.trim()).filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=')
    return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
  })
  return JSON.stringify(Object.fromEntries(pairs))
}

function responseTo(call: Exchange, plan: Plan, results: readonly StepResult[]): RestResponse {
  const { request, known } = call
  if (plan.media.kind === 'plan') return respondWithPlan(request, plan.media, planText(results[0]!))
  const outcome = outcomeOf(plan, results[0]!)
  if (plan.kind !== 'mutate' && isSingular(plan) && outcome.pageTotal !== 1) {
    throw errors.notSingular(outcome.pageTotal)
  }
  return respond(request, plan, withPlanned(outcome, results[1], call), known.settings.clientErrorVerbosity)
}

/** Warns of what a coming release will not understand. */
function warned(plan: Plan, response: RestResponse): RestResponse {
  const renamed = calledByTarget(plan.root).map(({ target, alias }) => `\`${target}\` to \`${alias}\``)
  if (renamed.length === 0) return response
  const warning =
    'Embedded resource was referenced by relation name even though it has an alias. This is deprecated and will stop ' +
    `working in a future release. Update ${renamed.join(', ')} in query string filters, orders or limits.`
  return { ...response, headers: [...response.headers, ['Warning', `299 PostgRESTv${VERSION} "${warning}"`]] }
}

const isSingular = (plan: Plan): boolean =>
  plan.media.kind === 'singular' && !(plan.kind === 'call' && !plan.call.routine.returns.setOf)

/**
 * What must be looked at before the transaction may end, if anything. Without it the transaction commits in the same
 * trip as the statement.
 */
function deciderOf(
  { request, known }: Exchange,
  plan: Plan,
): ((results: readonly StepResult[]) => End) | undefined {
  const end = endOf(known.settings, request.preferences.tx)
  const reads = plan.kind === 'read' || (plan.kind === 'call' && plan.readOnly)
  const limited = request.preferences.maxAffected !== undefined && limitsAffected(plan)
  const isPut = plan.kind === 'mutate' && plan.mutation.kind === 'insert' && plan.mutation.isPut
  if (plan.media.kind === 'plan') return end === 'rollback' ? () => end : undefined
  if (end === 'commit' && !isPut && !limited && (reads || plan.media.kind !== 'singular')) return undefined
  if (end === 'rollback' && reads) return undefined
  return (results) => {
    const { pageTotal } = outcomeOf(plan, results[0]!)
    if (isPut && pageTotal !== 1) throw errors.putKeyMismatch()
    if (isSingular(plan) && pageTotal !== 1) throw errors.notSingular(pageTotal)
    if (limited && pageTotal > request.preferences.maxAffected!) throw errors.maxAffectedExceeded(pageTotal)
    return end
  }
}

const limitsAffected = (plan: Plan): boolean =>
  plan.kind === 'call' || (plan.kind === 'mutate' && plan.mutation.kind !== 'insert')

function endOf({ dbTxEnd }: Settings, wanted: 'commit' | 'rollback' | undefined): End {
  return wanted ?? (dbTxEnd.startsWith('rollback') ? 'rollback' : 'commit')
}

/** Postgres would say so itself if pg-safeupdate were loaded, as it is on Supabase; see whole-table.ts. */
function refuseUnsafeWrite(plan: Plan): void {
  if (plan.kind !== 'mutate' || plan.mutation.kind === 'insert' || plan.mutation.filters.length > 0) return
  if (plan.mutation.kind === 'update' && plan.mutation.columns.length === 0) return
  throw errors.conditionMissing(plan.mutation.kind === 'delete' ? 'DELETE' : 'UPDATE')
}

function outcomeOf(plan: Plan, { rows }: StepResult): Outcome {
  const row = rows[0]!
  const columns = resultColumns(plan)
  const value = (column: ResultColumn) => row[columns.indexOf(column)] ?? undefined
  const text = (column: ResultColumn) => value(column)?.toString()
  const number = (column: ResultColumn) => {
    const digits = text(column)
    return digits === undefined ? undefined : Number(digits)
  }
  const location = text('location')
  return {
    tableTotal: number('tableTotal'),
    pageTotal: number('pageTotal') ?? 0,
    location: location === undefined ? undefined : (JSON.parse(location) as [string, string | null][]),
    body: value('body') ?? NO_BODY,
    headers: text('headers'),
    status: text('status'),
    inserted: number('inserted'),
  }
}

/** Takes the planner's guess where the client asked for it, or where counting stopped early. */
function withPlanned(
  outcome: Outcome,
  planned: StepResult | undefined,
  { request, known }: Exchange,
): Outcome {
  if (planned === undefined) return outcome
  const [explained] = JSON.parse(planned.rows[0]![0]!.toString()) as [{ Plan: { 'Plan Rows': number } }]
  const guess = explained.Plan['Plan Rows']
  if (request.preferences.count === 'planned') return { ...outcome, tableTotal: guess }
  const { dbMaxRows } = known.settings
  const counted = outcome.tableTotal ?? 0
  const stopped = dbMaxRows === undefined || counted > dbMaxRows
  return stopped ? { ...outcome, tableTotal: Math.max(counted, guess) } : outcome
}

const planText = ({ rows }: StepResult): string =>
  rows.map(([line]) => `${line?.toString() ?? ''}\n`).join('')

/** Names the headers that an answer depends on, unless the database has done so. */
const varying = (response: RestResponse): RestResponse =>
  response.headers.some(([name]) => name.toLowerCase() === 'vary')
    ? response
    : { ...response, headers: [...response.headers, ['Vary', 'Accept, Prefer, Range']] }

function info(allow: string): RestResponse {
  return { status: 200, headers: [['Access-Control-Allow-Origin', '*'], ['Allow', allow]], body: '' }
}

function allowedOnTable(table: ReturnType<typeof findTable>): string {
  const { insertable, updatable, deletable, primaryKey } = table
  return [
    'OPTIONS,GET,HEAD',
    ...(insertable ? ['POST'] : []),
    ...(insertable && updatable && primaryKey.length > 0 ? ['PUT'] : []),
    ...(updatable ? ['PATCH'] : []),
    ...(deletable ? ['DELETE'] : []),
  ].join(',')
}

const allowedOnRoutine = ({ volatility }: Routine): string =>
  volatility === 'volatile' ? 'OPTIONS,POST' : 'OPTIONS,GET,HEAD,POST'

function errorResponse(error: RestError, verbosity: Settings['clientErrorVerbosity']): RestResponse {
  return {
    status: error.status,
    reason: error.reason,
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Proxy-Status', `PostgREST; error=${error.code.replace(/[^\x20-\x7e]/g, '')}`],
      ...Object.entries(error.headers),
    ],
    body: error.body(verbosity),
  }
}

/** Up to this size copying a body costs less than sending it apart from the head. */
const SMALL_BODY = 16_384

/** Statuses that never have a body. */
const BODILESS = new Set([204, 304])

function send(req: IncomingMessage, res: ServerResponse, response: RestResponse): void {
  const { status, reason, body } = response
  // What the gateway has decided stays; a page may be shown more than what is always shown.
  const decided = new Set(res.getHeaderNames())
  decided.delete('access-control-expose-headers')
  for (const [name, value] of response.headers) {
    if (!decided.has(name.toLowerCase())) {
      res.appendHeader(name, /[^\0-\x7f]/.test(value) ? Buffer.from(value).toString('latin1') : value)
    }
  }
  if (!res.hasHeader('Server')) res.setHeader('Server', `postgrest/${VERSION}`)
  const bodiless = req.method === 'HEAD' || BODILESS.has(status)
  if (!bodiless) res.setHeader('Content-Length', body === undefined ? 0 : Buffer.byteLength(body))
  // What cannot stand in a status line is left out of it; the body says it whole.
  const phrase = reason?.replace(/[^\t\x20-\x7e]/g, '')
  if (phrase === undefined) res.writeHead(status)
  else res.writeHead(status, phrase)
  if (bodiless || body === undefined) res.end()
  // As text of one byte a character, so that it leaves together with the head in one write.
  else if (typeof body !== 'string' && body.length <= SMALL_BODY) res.end(body.toString('latin1'), 'latin1')
  else res.end(body)
}
