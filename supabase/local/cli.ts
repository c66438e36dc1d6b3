import { rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadConfig } from './config.ts'
import { Failure } from './failure.ts'
import { findInstance, stopInstance } from './instance.ts'
import { possibleHomes, removeUnfinished, stopOrphans } from './postgres/index.ts'
import { type Request, start } from './start.ts'

const USAGE = `Usage: npm start | npm run stop | npm run reset | npm run status

  start     starts the local platform and stays until Ctrl-C
  stop      ends the platform that runs on this project
  reset     empties the database and the files (and stops the platform first)
  status    shows the addresses and keys of the platform that runs

Options (after --):
  --port-offset <n>   adds n to every port of supabase/config.toml (also: PORT_OFFSET), for a second copy
  --host <address>    listens there instead of 127.0.0.1; everybody who can reach it can use the API
  --workdir <folder>  another project
`

/** Where a platform keeps its data, relative to the project. */
const DATA = join('supabase', '.local')

/** Runs one command. Sets the exit code; a `Failure` is printed as its one sentence. */
export async function main(args: string[]): Promise<void> {
  try {
    const [command, request] = parseCommand(args)
    if (command === 'start') await start(request)
    else if (command === 'stop') await stop(request)
    else if (command === 'reset') await reset(request)
    else if (command === 'status') await status(request)
    else console.log(USAGE)
  } catch (error) {
    if (error instanceof Failure) console.error(error.message)
    else console.error('This should not have happened; please report it with the lines below.\n', error)
    process.exitCode = 1
  }
  process.exit(process.exitCode ?? 0)
}

function parseCommand(args: string[]): [string, Request] {
  const options = {
    'port-offset': { type: 'string' },
    host: { type: 'string' },
    workdir: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  let parsed
  try {
    parsed = parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Failure(
      `${(error as Error).message.split('. ')[0]}; \`npm start -- --help\` lists what there is.`,
    )
  }
  const { values, positionals } = parsed
  const [command = 'start'] = positionals
  if (!['start', 'stop', 'reset', 'status'].includes(command)) {
    throw new Failure(`There is no command ${command}; there are start, stop, reset and status.`)
  }
  const offset = values['port-offset'] ?? process.env['PORT_OFFSET'] ?? '0'
  if (!/^\d{1,5}$/.test(offset)) throw new Failure(`The port offset "${offset}" is not a number.`)
  const project = resolve(values.workdir ?? dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
  const request = {
    project,
    data: join(project, DATA),
    portOffset: Number(offset),
    host: values.host ?? '127.0.0.1',
  }
  return [values.help === true ? 'help' : command, request]
}

async function stop({ data }: Request): Promise<void> {
  console.log((await stopInstance(data)) ? 'Stopped; the data stays.' : 'It was not running.')
}

async function reset({ project, data }: Request): Promise<void> {
  const config = await loadConfig(project, {})
  if (await stopInstance(data)) console.log('Stopped the running platform.')
  for (const home of possibleHomes(join(data, 'postgres'), config.project_id)) {
    await stopOrphans(join(home, 'data'))
    await removeUnfinished(home)
    await rm(home, { recursive: true, force: true })
  }
  await rm(join(data, 'storage'), { recursive: true, force: true })
  await rm(join(data, 'stripe.json'), { force: true })
  console.log('The database and all files are gone; the keys stay. `npm start` begins anew.')
}

async function status({ data }: Request): Promise<void> {
  const instance = await findInstance(data)
  if (instance === undefined) throw new Failure('The platform is not running: `npm start` starts it.')
  console.log(instance.screen ?? 'The platform is starting.')
}
