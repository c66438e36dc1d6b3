// Entry of `npm test`: installs what is missing, then runs vitest with whatever filters and options it was given.
// TEST_REPORT names a file for the machine-readable report.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, requireNode } from '../../supabase/local/bin/install.mjs'

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

requireNode()
ensureInstalled(project)

const report = process.env['TEST_REPORT']
const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : []
const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: project,
  stdio: 'inherit',
})
process.exit(status ?? 1)
