import { type FSWatcher, watch } from 'node:fs'
import { basename, sep } from 'node:path'

/** What a change asks for: nothing less than a new process, all functions, or some of them by name. */
export type Change = 'process' | 'all' | readonly string[]

/** Editors write a file in several steps; changes are collected for this long, in milliseconds. */
const SETTLE_MS = 100

/** Files that the process reads once, at its start. */
const OF_PROCESS = new Set(['.env', 'deno.json', 'deno.jsonc', 'import_map.json'])

/**
 * Watches the folder of the functions.
 * @returns a function that stops watching
 */
export function watchFunctions(directory: string, onChange: (change: Change) => void): () => void {
  let changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const watcher: FSWatcher = watch(directory, { recursive: true }, (_event, path) => {
    if (path === null || isNoise(path)) return
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const paths = [...changed]
      changed = new Set()
      onChange(classify(paths))
    }, SETTLE_MS)
  })
  // A folder that goes away is no reason to fall: there is nothing to watch then.
  watcher.on('error', () => watcher.close())
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}

function isNoise(path: string): boolean {
  const name = basename(path)
  return path.split(sep).includes('node_modules') || name.endsWith('~') ||
    (name.startsWith('.') && !OF_PROCESS.has(name))
}

function classify(paths: string[]): Change {
  if (paths.some((path) => OF_PROCESS.has(basename(path)))) return 'process'
  const names = new Set(paths.map((path) => path.split(sep)[0]!))
  // What several functions share begins with an underscore.
  return [...names].some((name) => name.startsWith('_')) ? 'all' : [...names]
}
