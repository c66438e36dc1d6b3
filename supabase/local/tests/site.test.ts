import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { moveSite } from '../config.ts'
import { localSiteUrl, startSite } from '../site.ts'
import { releaseLater } from '../testing/index.ts'

const PAGE = '<meta content="%SUPABASE_URL%"><meta content="%SUPABASE_PUBLISHABLE_KEY%">'

async function makePages(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'site-'))
  releaseLater(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'assets'))
  await writeFile(join(directory, 'index.html'), PAGE)
  await writeFile(join(directory, '.sources'), 'secret')
  await writeFile(join(directory, 'assets', 'main-1.js'), 'run()')
  return directory
}

const options = (directory: string, url: string) => ({
  directory,
  url,
  host: '127.0.0.1',
  apiUrl: 'http://127.0.0.1:54321',
  publishableKey: 'sb_publishable_x',
})

describe("a project's pages", () => {
  let directory: string
  let url: string

  beforeAll(async () => {
    directory = await makePages()
    const probe = createServer()
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(probe.address() as AddressInfo).port}`
    await new Promise((resolve) => probe.close(resolve))
    const site = await startSite(options(directory, url))
    releaseLater(() => site.close())
  })

  const ask = (path: string, init: RequestInit = {}) => fetch(url + path, init)
  const asPage = { headers: { accept: 'text/html,*/*;q=0.8' } }

  test('every address that is no file answers with the page, filled in', async () => {
    for (const path of ['/', '/orders/7', '/invitations/01a2.9f?x=1']) {
      const answer = await ask(path, asPage)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await answer.text()).toBe(
        '<meta content="http://127.0.0.1:54321"><meta content="sb_publishable_x">',
      )
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    }
  })

  test('a file is served as it is, and may be kept for ever where its name has the hash of its content', async () => {
    const script = await ask('/assets/main-1.js')
    expect([await script.text(), script.headers.get('content-type'), script.headers.get('cache-control')])
      .toEqual(['run()', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'])
  })

  test('what is not there is not there: a script of another build, a picture, a file outside, a hidden one', async () => {
    const picture = { headers: { accept: 'image/avif,image/*;q=0.8,*/*;q=0.5' } }
    expect((await ask('/assets/main-0.js', asPage)).status).toBe(404)
    expect((await ask('/nothing.png', picture)).status).toBe(404)
    expect(await (await ask('/..%2f..%2fetc/passwd')).text()).not.toContain('root:')
    expect(await (await ask('/.sources')).text()).not.toContain('secret')
    expect((await ask('/', { method: 'POST' })).status).toBe(405)
  })

  test('pages run no script but their own, stand in no frame, and tell nobody where they were', async () => {
    const { headers } = await ask('/', asPage)
    const policy = headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain('connect-src')
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('a port that somebody else has is told', async () => {
    await expect(startSite(options(directory, url))).rejects.toThrow("(the project's site) is taken")
  })
})

describe('the address of the pages', () => {
  test('is auth.site_url where that is this machine, and none where it is elsewhere', () => {
    expect(localSiteUrl('http://127.0.0.1:3000')).toBe('http://127.0.0.1:3000')
    expect(localSiteUrl('http://localhost:3000/shop')).toBe('http://localhost:3000')
    for (
      const elsewhere of ['https://shop.example', 'http://192.168.1.7:3000', 'http://localhost', undefined]
    ) {
      expect(localSiteUrl(elsewhere)).toBeUndefined()
    }
  })

  test('moves with the other ports, and with it whereto people may return', () => {
    const auth = {
      site_url: 'http://127.0.0.1:3000',
      additional_redirect_urls: [
        'http://localhost:3000/**',
        'https://shop.example/**',
        'http://localhost:30001/x',
      ],
    }
    expect(moveSite({ auth }, 100)['auth']).toEqual({
      site_url: 'http://127.0.0.1:3100',
      additional_redirect_urls: [
        'http://localhost:3100/**',
        'https://shop.example/**',
        'http://localhost:30001/x',
      ],
    })
    const elsewhere = { auth: { site_url: 'https://shop.example' } }
    expect(moveSite(elsewhere, 100)).toEqual(elsewhere)
  })
})
