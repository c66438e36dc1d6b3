#!/usr/bin/env node
// Entry of `npm start`, `stop`, `reset` and `status`: installs what is missing, then hands over to TypeScript.
import { dirname, join, sep } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, requireNode } from './install.mjs'

const local = dirname(dirname(fileURLToPath(import.meta.url)))

requireNode()
// Whoever has it as a package has installed it.
if (!local.split(sep).includes('node_modules')) ensureInstalled(join(local, '..', '..'))

const { register } = await import('tsx/esm/api')
register()
const { main } = await import('../cli.ts')
await main(process.argv.slice(2))
