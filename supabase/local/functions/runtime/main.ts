/**
 * The Deno process of the edge functions. It runs each function in a worker of its own, on a port of its own, so that
 * bodies stream without a detour and one function's end is not another's. It obeys Node's commands and ends with Node:
 * the end of stdin means that the platform is gone, however it went.
 */
import type { Command, Greeting, Report, WorkerCommand, WorkerReport } from './messages.ts'

/** How long a worker may take to finish its requests and background tasks once it is to end, in milliseconds. */
const RETIREMENT_MS = 150_000

// Functions are not to depend on these; upstream hides them, too.
for (const name of ['HOME', 'HOSTNAME', 'PATH', 'PWD']) Deno.env.delete(name)

const workers = new Map<number, Worker>()
let mark = ''

const encoder = new TextEncoder()

function tell(report: Report): void {
  Deno.stdout.writeSync(encoder.encode(`${mark}${JSON.stringify(report)}\n`))
}

function command(worker: Worker, message: WorkerCommand): void {
  worker.postMessage(message)
}

function end(id: number, reason: string): void {
  const worker = workers.get(id)
  if (worker === undefined) return
  workers.delete(id)
  worker.terminate()
  tell({ type: 'ended', id, reason })
}

function boot(id: number, name: string, entrypoint: string): void {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name })
  workers.set(id, worker)
  worker.onmessage = ({ data }: MessageEvent<WorkerReport>) => {
    switch (data.type) {
      case 'listening':
        return tell({ type: 'listening', id, port: data.port })
      case 'failed':
        tell({ type: 'failed', id, reason: data.reason })
        return end(id, 'boot failed')
      case 'log':
        return tell({ type: 'log', id, text: data.text })
      case 'retired':
        return end(id, 'retired')
      case 'exited':
        return end(id, `Deno.exit(${data.code})`)
    }
  }
  worker.onerror = (event) => {
    // Without this the whole process would end with the worker.
    event.preventDefault()
    end(id, event.message)
  }
  command(worker, { type: 'boot', entrypoint })
}

function retire(id: number): void {
  const worker = workers.get(id)
  if (worker === undefined) return
  command(worker, { type: 'retire' })
  Deno.unrefTimer(setTimeout(() => end(id, 'retired late'), RETIREMENT_MS))
}

function check(id: number, withinMs: number): void {
  const worker = workers.get(id)
  if (worker === undefined) return
  const silence = setTimeout(() => end(id, 'did not answer'), withinMs)
  worker.addEventListener('message', (event) => {
    if ((event as MessageEvent<WorkerReport>).data.type === 'alive') clearTimeout(silence)
  })
  command(worker, { type: 'check' })
}

let buffered = ''
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (buffered + chunk).split('\n')
  buffered = lines.pop() ?? ''
  for (const line of lines) {
    if (mark === '') {
      mark = (JSON.parse(line) as Greeting).mark
      tell({ type: 'ready' })
      continue
    }
    const message = JSON.parse(line) as Command
    if (message.type === 'boot') boot(message.id, message.name, message.entrypoint)
    else if (message.type === 'retire') retire(message.id)
    else check(message.id, message.withinMs)
  }
}
Deno.exit(0)
