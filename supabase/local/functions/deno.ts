import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Failure } from '../failure.ts'
import { findConfig, isDenoConfig } from './imports.ts'
import type { Command, Report } from './runtime/messages.ts'

const RUNTIME = join(dirname(fileURLToPath(import.meta.url)), 'runtime')

/** How long the process may take to end by itself, in milliseconds. */
const END_WITHIN_MS = 3_000

/** Heap of each function, in megabytes, as on the hosted platform. Whoever passes it ends the process, which comes back. */
const HEAP_LIMIT_MB = 256

/** How to run the Deno process. */
export interface DenoOptions {
  /** Folder of the functions. */
  directory: string
  /** What imports stand for, where the configuration above the functions does not say so. */
  imports: string | undefined
  environment: Record<string, string>
  /** Told what the runtime reports. */
  onReport(report: Report): void
  /** Told each line that did not come through `console`. */
  onOutput(line: string): void
  /** Told once, when the process has ended, whoever ended it. */
  onExit(reason: string): void
}

/** The one Deno process in which all functions run. */
export class DenoProcess {
  readonly #child: ChildProcess
  #ended = false

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Starts the process; resolves when it takes commands. */
  static async start(options: DenoOptions): Promise<DenoProcess> {
    const above = findConfig(options.directory)
    const project = above === undefined ? options.directory : dirname(above)
    const mark = `\u001e${randomUUID()} `
    const child = spawn(findDeno(), [
      'run',
      '--no-prompt',
      `--v8-flags=--max-old-space-size=${HEAP_LIMIT_MB}`,
      '--quiet',
      ...configArguments(above, options.imports),
      '--no-lock',
      '--allow-net',
      '--allow-env',
      '--allow-sys',
      `--allow-read=${[options.directory, join(project, 'node_modules'), RUNTIME, tmpdir()].join(',')}`,
      `--allow-write=${tmpdir()}`,
      join(RUNTIME, 'main.ts'),
    ], {
      cwd: options.directory,
      env: options.environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A Ctrl-C in the terminal reaches a whole process group: requests in flight must finish first.
      detached: true,
    })
    const deno = new DenoProcess(child)
    // A write to a process that has just ended is not worth an error: its exit is reported below.
    child.stdin!.on('error', () => {})
    let firstError = ''
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const at = line.indexOf(mark)
        const printed = at < 0 ? line : line.slice(0, at)
        if (printed !== '') options.onOutput(printed)
        if (at < 0) return
        const report = JSON.parse(line.slice(at + mark.length)) as Report
        if (report.type === 'ready') resolve()
        else options.onReport(report)
      })
      child.once('error', reject)
      // `close` comes after the last line of stderr, which says why.
      child.once('close', () => reject(new Failure(`Edge functions cannot start. ${firstError}`.trim())))
    })
    createInterface({ input: child.stderr! }).on('line', (line) => {
      firstError ||= line
      options.onOutput(line)
    })
    child.once('exit', (code, signal) => {
      deno.#ended = true
      options.onExit(signal ?? `code ${code}`)
    })
    child.stdin!.write(`${JSON.stringify({ mark })}\n`)
    await ready
    return deno
  }

  /** Sends a command. One that comes too late is lost with the process. */
  send(command: Command): void {
    if (!this.#ended) this.#child.stdin!.write(`${JSON.stringify(command)}\n`)
  }

  /** Ends the process: the end of its stdin tells it to go. */
  async end(): Promise<void> {
    if (this.#ended) return
    const exited = once(this.#child, 'exit')
    this.#child.stdin!.end()
    const timeout = new AbortController()
    const impatience = sleep(END_WITHIN_MS, undefined, { signal: timeout.signal }).then(
      () => this.#child.kill('SIGKILL'),
      () => undefined,
    )
    await exited
    timeout.abort()
    await impatience
  }
}

/** The binary that npm has installed. */
function findDeno(): string {
  const require = createRequire(import.meta.url)
  let home: string
  try {
    home = dirname(require.resolve('deno/package.json'))
  } catch {
    throw new Failure('Edge functions need Deno: run `npm install`, or start without functions.')
  }
  const binary = join(home, process.platform === 'win32' ? 'deno.exe' : 'deno')
  if (existsSync(binary)) return binary
  // npm was told not to run install scripts; the package can fetch its binary from its own dependency now.
  const { runInstall } = require('deno/install_api.cjs') as { runInstall(): string }
  return runInstall()
}

/** A configuration of a function's own takes the place of the one above; a plain import map stands beside it. */
function configArguments(above: string | undefined, imports: string | undefined): string[] {
  if (imports !== undefined && isDenoConfig(imports)) return ['--config', imports]
  const config = above === undefined ? ['--no-config'] : ['--config', above]
  return imports === undefined ? config : [...config, '--import-map', imports]
}
