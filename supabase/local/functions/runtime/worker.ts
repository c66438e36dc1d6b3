/**
 * The worker of one function. It gives the function what the hosted runtime gives (`Deno.serve`, `EdgeRuntime`,
 * `export default { fetch }`), serves it on a free port of this machine, and passes on what it prints.
 */
import { format } from 'node:util'
import type { WorkerCommand, WorkerReport } from './messages.ts'

const scope = globalThis as unknown as {
  postMessage(message: WorkerReport): void
  onmessage: ((event: MessageEvent<WorkerCommand>) => void) | null
  EdgeRuntime: { waitUntil<Result>(task: Promise<Result>): Promise<Result> }
}

/** How long a function's module may take, once loaded, to call `Deno.serve`; in milliseconds. */
const SERVE_WITHIN_MS = 10_000

const tell = scope.postMessage.bind(globalThis)
const backgroundTasks = new Set<Promise<unknown>>()
let server: Deno.HttpServer | undefined

for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const) {
  console[method] = (...values: unknown[]) => tell({ type: 'log', text: format(...values) })
}

scope.EdgeRuntime = {
  waitUntil(task) {
    const settled = Promise.resolve(task).then(
      () => undefined,
      (error: unknown) => console.error('a background task failed:', error),
    ).finally(() => backgroundTasks.delete(settled))
    backgroundTasks.add(settled)
    return task
  },
}

const exit = Deno.exit
// In a worker it closes the worker, and nobody would hear of it.
Deno.exit = (code = 0) => {
  tell({ type: 'exited', code })
  return exit(code)
}

const originalServe = Deno.serve

interface ServeOptions {
  handler?: Deno.ServeHandler
  onError?: (error: unknown) => Response | Promise<Response>
  onListen?: (address: Deno.NetAddr) => void
  signal?: AbortSignal
}

/** Serves on a port of our choice, whatever the function asks for. Its first call decides, as upstream. */
function serve(first: Deno.ServeHandler | ServeOptions, second?: Deno.ServeHandler): Deno.HttpServer {
  const options = typeof first === 'function' ? {} : first
  const handler = typeof first === 'function' ? first : second ?? options.handler
  if (typeof handler !== 'function') throw new TypeError('A handler function must be provided.')
  const started = originalServe({
    hostname: '127.0.0.1',
    port: 0,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onListen(address) {
      if (server === undefined) tell({ type: 'listening', port: address.port })
      options.onListen?.(address)
    },
    onError: options.onError ?? ((error) => {
      console.error(error)
      return new Response('Internal Server Error', { status: 500 })
    }),
  }, handler)
  server ??= started
  return started
}
Object.defineProperty(Deno, 'serve', { value: serve, configurable: true, writable: true })

async function boot(entrypoint: string): Promise<void> {
  try {
    const module = await import(entrypoint) as { default?: unknown }
    const exported = module.default as { fetch?: unknown } | undefined
    if (server === undefined && typeof exported?.fetch === 'function') {
      const handle = exported.fetch.bind(exported) as Deno.ServeHandler
      serve(handle)
    }
    if (server === undefined) await new Promise((resolve) => setTimeout(resolve, SERVE_WITHIN_MS))
    if (server === undefined) {
      tell({ type: 'failed', reason: 'it neither calls Deno.serve nor exports default { fetch }' })
    }
  } catch (error) {
    // A function that already serves goes on serving, as upstream.
    if (server === undefined) tell({ type: 'failed', reason: format(error) })
    else throw error
  }
}

async function retire(): Promise<void> {
  globalThis.dispatchEvent(new CustomEvent('beforeunload', { detail: { reason: 'termination' } }))
  await server?.shutdown()
  while (backgroundTasks.size > 0) await Promise.all(backgroundTasks)
  tell({ type: 'retired' })
}

scope.onmessage = ({ data }) => {
  if (data.type === 'boot') boot(data.entrypoint)
  else if (data.type === 'retire') retire()
  else tell({ type: 'alive' })
}
