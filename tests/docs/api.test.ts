import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const read = (path: string) => readFileSync(path, 'utf8')
const headings = (text: string, level: string) =>
  [...text.matchAll(new RegExp(`^${level} (.*)$`, 'gm'))].map(([, title]) => title!)

/** Where a link to a heading leads, as GitHub makes it. */
const anchor = (title: string) => title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')

describe('docs/api.md', () => {
  const page = read('docs/api.md')

  test('every section of docs/api.md is run, word for word, by one journey', () => {
    const claimed = readdirSync('tests/journeys').filter((name) => /^api_.*\.test\.ts$/.test(name)).flatMap(
      (name) => {
        const sections =
          /new Snippets\('docs\/api\.md',([^)]*)\)/.exec(read(join('tests/journeys', name)))?.[1] ?? ''
        return [...sections.matchAll(/'([^']*)'/g)].map(([, title]) => title!)
      },
    )
    expect(claimed.sort()).toEqual(['', ...headings(page, '##')].sort())
  })

  test('every verb that an application may call is shown in docs/api.md', () => {
    // What the edge functions call with the token of their caller is theirs.
    const behindFunctions = [
      'prepare_payment',
      'prepare_refund',
      'prepare_payout_account',
      'issue_receipt',
      'calendar_booking',
      'calendar_feed',
    ]
    const verbs = readdirSync('supabase/schemas', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.sql')
    ).flatMap((name) =>
      [
        ...read(join('supabase/schemas', name)).matchAll(
          /^grant execute on function public\.(\w+)\([^;]*?\)\s+to (?=[^;]*\b(?:anon|authenticated)\b)/gm,
        ),
      ].map(([, verb]) => verb!)
    )
    expect(verbs.length).toBeGreaterThan(30)
    expect(verbs.filter((verb) => !behindFunctions.includes(verb) && !page.includes(`'${verb}'`))).toEqual([])
  })
})

describe('the documentation', () => {
  const pages = [
    'README.md',
    ...['docs', 'functions', 'migrations', 'policies', 'seed', 'supabase', 'tests'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
        .map((path) => join(folder, path))
    ),
  ]

  test.each(pages)('the links of %s lead somewhere', (path) => {
    const lost = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file, heading] = link.split('#')
        const target = file === '' ? path : join(dirname(path), file!)
        if (!existsSync(target)) return true
        return heading !== undefined && !headings(read(target), '#{1,6}').map(anchor).includes(heading)
      })
    expect(lost).toEqual([])
  })
})
