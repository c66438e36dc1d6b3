import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) =>
  JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<string, unknown>
const { dependencies } = read('package.json') as { dependencies: Record<string, string> }
const names = readdirSync(new URL('functions', root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
  .map((entry) => entry.name)

test('every function is a member of the workspace', () => {
  expect((read('deno.json')['workspace'] as string[]).toSorted()).toEqual(
    names.map((name) => `./functions/${name}`),
  )
})

/** The packages that a module and all it imports need. Relative imports must stay in the function or in _shared. */
function packagesOf(file: URL, folder: URL, seen = new Set<string>()): string[] {
  if (seen.has(file.href)) return []
  seen.add(file.href)
  // A file of a package, such as a font, is named by `import.meta.resolve`.
  const naming = /^(?:import|export|\}).* from '([^']+)'$|\bimport\.meta\.resolve\([`']([^`']+)[`']\)/gm
  return [...readFileSync(file, 'utf8').matchAll(naming)].flatMap(
    (match) => {
      const specifier = (match[1] ?? match[2])!
      // What the runtime brings along has no version.
      if (specifier.startsWith('node:')) return []
      if (!specifier.startsWith('.')) return [/^(@[^/]+\/)?[^/]+/.exec(specifier)![0]]
      const target = new URL(specifier, file)
      const shared = new URL('functions/_shared/', root)
      expect([folder.href, shared.href]).toContain(new URL('.', target).href)
      return packagesOf(target, folder, seen)
    },
  )
}

test.each(names)('%s imports what its deno.json names, in the versions of package.json', (name) => {
  const { imports } = read(`functions/${name}/deno.json`) as { imports: Record<string, string> }
  const folder = new URL(`functions/${name}/`, root)
  // @supabase/server brings supabase-js along as a peer, so its version is ours to pin.
  const needed = new Set([...packagesOf(new URL('index.ts', folder), folder), '@supabase/supabase-js'])
  expect(imports).toEqual(
    Object.fromEntries([...needed].map((module) => [module, `npm:${module}@${dependencies[module]}`])),
  )
})

test('only index.ts reads the environment', () => {
  for (const name of [...names, '_shared']) {
    const folder = new URL(`functions/${name}/`, root)
    for (const file of readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts')) {
      expect(readFileSync(new URL(file, folder), 'utf8')).not.toMatch(/\bDeno\.|\bprocess\b\.|EdgeRuntime/)
    }
  }
})
