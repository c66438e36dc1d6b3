// Entry of `npm start`, `stop`, `reset` and `status`: installs what is missing, then hands over to TypeScript.
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, requireNode } from './install.mjs'

const local = dirname(dirname(fileURLToPath(import.meta.url)))

requireNode()
ensureInstalled(join(local, '..', '..'))

const { register } = await import('tsx/esm/api')
register()
const { main } = await import('../cli.ts')
await main(process.argv.slice(2))
