// Runs one of the project's TypeScript programs: `node run.mjs <file> [arguments]`. Installs what is missing first.
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureInstalled, requireNode } from './install.mjs'

requireNode()
ensureInstalled(join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..'))

const [node, , file, ...args] = process.argv
const program = resolve(file)
process.argv = [node, program, ...args]

const { register } = await import('tsx/esm/api')
register()
await import(pathToFileURL(program).href)
