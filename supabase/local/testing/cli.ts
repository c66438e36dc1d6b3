import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { releaseLater } from './resources.ts'

const CLI = join(process.cwd(), 'supabase', 'local', 'bin', 'start.mjs')

/** A small project of its own, for tests of the command line. */
export interface Project {
  directory: string
  apiPort: number
  databasePort: number
  inboxPort: number
  studioPort: number
}

/** How a project is made. */
export interface ProjectOptions {
  /** Replaces config.toml. */
  config?: string
  /** SQL by file name. */
  migrations?: Record<string, string>
  /** Mode of the project's folder; 0755 by default. */
  mode?: number
  /** Whose the folder is. */
  uid?: number
  gid?: number
}

/** Makes a project on free ports; it and whatever it left is removed when the test file is done. */
export async function createProject(options: ProjectOptions = {}): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), 'project-'))
  const [apiPort, databasePort, inboxPort, studioPort] = await freePorts(4) as [
    number,
    number,
    number,
    number,
  ]
  const project = { directory, apiPort, databasePort, inboxPort, studioPort }
  await mkdir(join(directory, 'supabase', 'migrations'), { recursive: true })
  await writeFile(join(directory, 'supabase', 'config.toml'), options.config ?? configOf(project))
  for (const [name, sql] of Object.entries(options.migrations ?? {})) {
    await writeFile(join(directory, 'supabase', 'migrations', name), sql)
  }
  if (options.uid !== undefined) {
    for (const path of ['', 'supabase', 'supabase/migrations']) {
      await chown(join(directory, path), options.uid, options.gid ?? options.uid)
    }
  }
  await chmod(directory, options.mode ?? 0o755)
  releaseLater(async () => {
    await runCli(project, ['reset'])
    await rm(directory, { recursive: true, force: true })
  })
  return project
}

/** A config.toml with the ports of a project, and without functions, which take a moment to start. */
export function configOf(project: Omit<Project, 'directory'>): string {
  return `
project_id = "cli-test"
[api]
port = ${project.apiPort}
[db]
port = ${project.databasePort}
[local_smtp]
port = ${project.inboxPort}
[studio]
port = ${project.studioPort}
[edge_runtime]
enabled = false
`
}

/** How a command is run. */
export interface CliOptions {
  uid?: number
  gid?: number
}

/** A command that runs, or has run. */
export class Cli {
  output = ''
  readonly pid: number
  readonly exited: Promise<number | null>
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid!
    child.stdout?.on('data', (chunk) => this.output += chunk)
    child.stderr?.on('data', (chunk) => this.output += chunk)
    this.exited = once(child, 'close').then(([code]) => code as number | null)
  }

  /** Waits until the screen stands. */
  async ready(withinMs = 45_000): Promise<void> {
    const deadline = Date.now() + withinMs
    while (!this.output.includes('Ready after')) {
      if (this.#child.exitCode !== null) throw new Error(`It ended before it was ready:\n${this.output}`)
      if (Date.now() > deadline) throw new Error(`It is not ready after ${withinMs} ms:\n${this.output}`)
      await sleep(20)
    }
  }

  /** Sends a signal and waits for the end. Returns the exit code, null if the signal itself ended it. */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal)
    return await this.exited
  }
}

/** Starts a command of the platform's command line on a project. */
export function spawnCli(project: Pick<Project, 'directory'>, args: string[], options: CliOptions = {}): Cli {
  const child = spawn(process.execPath, [CLI, ...args, '--workdir', project.directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    ...options,
  })
  const cli = new Cli(child)
  releaseLater(async () => {
    child.kill('SIGKILL')
    await cli.exited
  })
  return cli
}

/** Runs a command to its end. */
export async function runCli(
  project: Pick<Project, 'directory'>,
  args: string[],
  options: CliOptions = {},
): Promise<{ code: number | null; output: string }> {
  const cli = spawnCli(project, args, options)
  const code = await cli.exited
  return { code, output: cli.output }
}

/** Ports that nobody listens on, at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
