// Plain JavaScript without dependencies: this runs before there are any.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/** Ends the process with one sentence when this Node is too old for the dependencies. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`)
  process.exit(1)
}

/**
 * Installs unless node_modules holds what package-lock.json asks for; ends the process if that fails. `npm ci` refuses
 * a lock file that a registry without every platform's packages seems to contradict; `npm install` then does as well.
 * @param {string} project folder of package.json
 */
export function ensureInstalled(project) {
  if (isInstalled(project)) return
  console.log('Installing dependencies (once; npm shows its progress) …')
  const npm = process.env.npm_execpath
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const { status, error } = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: project,
    stdio: 'inherit',
  })
  if (status === 0) return
  console.error(
    `The dependencies could not be installed${error ? ` (${error.message})` : ''}: npm says why above.`,
  )
  process.exit(1)
}

/** Whether every package of the lock file is there in its version; npm keeps its own list of what it installed. */
function isInstalled(project) {
  try {
    const wanted = packages(join(project, 'package-lock.json'))
    const found = packages(join(project, 'node_modules', '.package-lock.json'))
    return Object.entries(wanted).every(([path, { version, optional, link }]) =>
      path === '' || optional || link || found[path]?.version === version
    )
  } catch {
    return false
  }
}

function packages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}
