import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import picomatch from 'picomatch'

/** Files beside a function that say what its imports stand for, in the official CLI's order. */
const BESIDE = ['deno.json', 'deno.jsonc', 'import_map.json']

/** The deno.json that governs all functions: the nearest one above them, which says where npm packages are. */
export function findConfig(directory: string): string | undefined {
  for (let folder = directory;;) {
    const file = join(folder, 'deno.json')
    if (existsSync(file)) return file
    const parent = dirname(folder)
    if (parent === folder) return undefined
    folder = parent
  }
}

/**
 * The file that says what one function's imports stand for.
 * @param directory folder of all functions
 * @param folder the function's own
 * @returns `undefined` where the configuration above all functions knows them already
 */
export async function findImports(directory: string, folder: string): Promise<string | undefined> {
  const own = BESIDE.map((name) => join(folder, name)).find((file) => existsSync(file))
  if (own !== undefined) return isDenoConfig(own) && await isMember(directory, folder) ? undefined : own
  const common = join(directory, 'import_map.json')
  return existsSync(common) ? common : undefined
}

/** Whether a file is a configuration of Deno; otherwise it is a plain import map. */
export function isDenoConfig(file: string): boolean {
  return /(^|[\\/])deno\.jsonc?$/.test(file)
}

/** Whether the workspace above the functions has this folder in it. */
async function isMember(directory: string, folder: string): Promise<boolean> {
  const config = findConfig(directory)
  if (config === undefined) return false
  try {
    const { workspace } = JSON.parse(await readFile(config, 'utf8')) as { workspace?: unknown }
    const members = Array.isArray(workspace) ? workspace : []
    const path = relative(dirname(config), folder)
    return members.some((member) => picomatch.isMatch(path, String(member).replace(/^\.\/|\/$/g, '')))
  } catch {
    // Comments, or half a file: Deno reads it, and finds the workspace from the function's side, too.
    return false
  }
}
