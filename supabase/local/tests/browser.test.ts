import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as SupabaseJs from '@supabase/supabase-js'
import { chromium, type Page } from 'playwright-core'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { type Platform, startPlatform } from '../platform.ts'
import { connectAs, createDatabase, releaseLater } from '../testing/index.ts'

// What supabase-js sees from a page of another origin. A browser hides from scripts every header that the answer does
// not expose, and Node hides none: only here a missing one shows.

/** Debian's and Ubuntu's Chromium. */
const CHROMIUM = '/usr/bin/chromium'

/** The name that the page's script gives the library. */
declare const supabase: typeof SupabaseJs

const FUNCTION = `
const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': 'authorization, x-client-info, apikey, content-type',
}
Deno.serve(async (req) => {
  if (req.method === 'OPTIONS') return new Response('ok', { headers: cors })
  const { name } = await req.json()
  const headers = { ...cors, 'Access-Control-Expose-Headers': 'X-Greeted' , 'X-Greeted': name }
  if (name === '') return Response.json({ message: 'whom?' }, { status: 422, headers })
  return Response.json({ greeting: 'Hello ' + name }, { headers })
})
`

const CONFIG = `
project_id = "browser"
[auth]
enable_anonymous_sign_ins = true
[functions.greet]
verify_jwt = false
`

async function startProject(): Promise<Platform> {
  const directory = await mkdtemp(join(tmpdir(), 'browser-'))
  releaseLater(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'supabase', 'functions', 'greet'), { recursive: true })
  await writeFile(join(directory, 'supabase', 'functions', 'greet', 'index.ts'), FUNCTION)
  await writeFile(join(directory, 'supabase', 'config.toml'), CONFIG)
  const database = await createDatabase('platform')
  await connectAs(database).unsafe(`
    create table public.notes (id integer generated always as identity primary key, body text);
    insert into public.notes (body) values ('one'), ('two'), ('three');
    insert into storage.buckets (id, name, public) values ('files', 'files', true);
    create policy "everybody" on storage.objects for all using (true) with check (true)`).simple()
  const platform = await startPlatform({
    config: await loadConfig(directory, {}),
    keys: inject('server').keys,
    database,
    apiPort: 0,
    inboxPort: 0,
    storageDirectory: join(directory, 'storage'),
    projectDirectory: directory,
  })
  releaseLater(() => platform.close())
  return platform
}

/** An empty page of another origin, with the library loaded. */
async function openPage(): Promise<Page> {
  const library = await readFile(
    join(
      createRequire(import.meta.url).resolve('@supabase/supabase-js'),
      '..',
      'umd',
      'supabase.js',
    ),
  )
  const server = createServer((req, res) => {
    if (req.url === '/supabase.js') res.setHeader('content-type', 'text/javascript').end(library)
    else res.setHeader('content-type', 'text/html').end('<!doctype html><script src="/supabase.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releaseLater(async () => {
    server.closeAllConnections()
    server.close()
  })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  releaseLater(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
  return page
}

if (!existsSync(CHROMIUM)) console.log(`Skipped: tests of pages in a browser need ${CHROMIUM}.`)

describe.skipIf(!existsSync(CHROMIUM))('in a page of another origin', () => {
  let page: Page
  let url: string
  let publishableKey: string
  let serviceRoleJwt: string

  beforeAll(async () => {
    const [platform, opened] = await Promise.all([startProject(), openPage()])
    page = opened
    url = platform.apiUrl
    ;({ publishableKey, serviceRoleJwt } = platform.keys)
  })

  test('the count of rows is told, with the rows and without', async () => {
    const seen = await page.evaluate(async ([url, key]) => {
      const db = supabase.createClient(url!, key!)
      const some = await db.from('notes').select('*', { count: 'exact' }).range(0, 1)
      const none = await db.from('notes').select('*', { count: 'exact', head: true })
      return { some: [some.data?.length, some.count], none: none.count }
    }, [url, publishableKey])
    expect(seen).toEqual({ some: [2, 3], none: 3 })
  })

  test('where a new row is, and which part of a list came, can be read', async () => {
    const seen = await page.evaluate(async ([url, key]) => {
      const headers = { apikey: key!, 'content-type': 'application/json', prefer: 'return=headers-only' }
      const body = JSON.stringify({ body: 'four' })
      const made = await fetch(`${url}/rest/v1/notes`, { method: 'POST', headers, body })
      const list = await fetch(`${url}/rest/v1/notes?limit=1`, { headers: { apikey: key! } })
      return [
        made.status,
        made.headers.get('location'),
        list.headers.get('content-location'),
        list.headers.get('content-range'),
      ]
    }, [url, publishableKey])
    expect(seen).toEqual([201, '/notes?id=eq.4', '/notes?limit=1', '0-0/*'])
  })

  test('Auth signs a person in, refuses with its code, and tells administrators how many there are', async () => {
    const seen = await page.evaluate(async ([url, key, admin]) => {
      const { auth } = supabase.createClient(url!, key!)
      const signedIn = await auth.signInAnonymously()
      const refused = await auth.signInWithPassword({ email: 'nobody@shop.example', password: 'wrong' })
      const list = await supabase.createClient(url!, admin!, { auth: { storageKey: 'admin' } })
        .auth.admin.listUsers()
      return [
        signedIn.data.user?.is_anonymous,
        refused.error?.code,
        list.data.users.length,
        (list.data as { total?: number }).total,
      ]
    }, [url, publishableKey, serviceRoleJwt])
    expect(seen).toEqual([true, 'invalid_credentials', 1, 1])
  })

  test('Storage takes a file, gives it back, and says why it does not', async () => {
    const seen = await page.evaluate(async ([url, key]) => {
      const files = supabase.createClient(url!, key!).storage.from('files')
      const sent = await files.upload('a/b.txt', new Blob(['hello'], { type: 'text/plain' }))
      const got = await files.download('a/b.txt')
      const shown = await fetch(files.getPublicUrl('a/b.txt').data.publicUrl)
      const missing = await files.download('a/none.txt')
      return [sent.data?.path, await got.data?.text(), await shown.text(), missing.error !== null]
    }, [url, publishableKey])
    expect(seen).toEqual(['a/b.txt', 'hello', 'hello', true])
  })

  test('a function answers, and its own headers and errors can be read', async () => {
    const seen = await page.evaluate(async ([url, key]) => {
      const { functions } = supabase.createClient(url!, key!)
      const greeted = await functions.invoke('greet', { body: { name: 'Ana' } })
      const refused = await functions.invoke('greet', { body: { name: '' } })
      return [
        greeted.data,
        greeted.response?.headers.get('x-greeted'),
        refused.error.name,
        await refused.error.context.json(),
      ]
    }, [url, publishableKey])
    expect(seen).toEqual([{ greeting: 'Hello Ana' }, 'Ana', 'FunctionsHttpError', { message: 'whom?' }])
  })
})
