import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { AuthConfig, parseDuration } from '../auth/config.ts'
import { loadTemplates } from '../auth/mail/mailer.ts'
import { compileTemplate } from '../auth/mail/template.ts'
import { RedirectAllowList } from '../auth/redirects.ts'
import { totpCode, totpMatches } from '../auth/totp.ts'

describe('redirect allow-list', () => {
  const list = new RedirectAllowList('http://127.0.0.1:3000', [
    'http://localhost:3000/*',
    'https://*.shop.example/**',
    'https://preview-??.example/cb',
    'https://{one,two}.example/',
    'https://[a-c]x.example/',
    'myapp://callback',
    'https://query.example/path?a=1',
  ])
  test.each([
    'http://127.0.0.1:3000/any/path.html?x=1#f',
    'http://127.0.0.1:9999/other-port',
    'http://127.0.0.2/loopback',
    'http://[::1]:3000/',
    'http://localhost:3000/path',
    'http://localhost:3000/path?x=1',
    'https://a.shop.example/deep/er.html',
    'https://preview-42.example/cb',
    'https://one.example/',
    'https://bx.example/',
    'myapp://callback',
    'https://query.example/path?a=1#fragment',
  ])('lets %s through', (url) => expect(list.allows(url)).toBe(true))
  test.each([
    '',
    '/relative',
    '//evil.example/',
    'http://localhost:3000',
    'http://localhost:3000/a/b',
    'http://localhost:3000/page.html',
    'https://a.b.shop.example/x',
    'https://a.shop.example.evil.example/x',
    'https://evil.example/?https://a.shop.example/',
    'http://127.0.0.1:3000@evil.example/',
    'http://127.0.0.1.evil.example/',
    'https://127.0.0.1.evil.example:3000/',
    'http://2130706433/',
    'http://10.1.2.3/',
    'http://[fe80::1]/',
    'https://preview-1.example/cb',
    'https://three.example/',
    'https://dx.example/',
    'myapp://callback/more',
    'javascript:alert(1)',
    'https://evil.example\\@a.shop.example/x',
    'http://127.0.0.1:3000\n.evil.example/',
    'https://ünïcode.shop.example/x',
  ])('stops %s', (url) => expect(list.allows(url)).toBe(false))
  test('falls back to the site', () => {
    expect(list.choose('http://evil.example', null, '', 'myapp://callback')).toBe('myapp://callback')
    expect(list.choose('http://evil.example')).toBe('http://127.0.0.1:3000')
  })
})

describe('mail template', () => {
  const data = {
    Name: '<b>"O\'Neil" & Co</b>',
    Url: 'http://x/?a=1&b=2',
    Data: { plan: 'pro', count: 3, tags: ['a', 'b'], empty: [], nested: { deep: true } },
    Token: '012345',
  }
  test.each([
    ['{{ .Name }}', '&lt;b&gt;&#34;O&#39;Neil&#34; &amp; Co&lt;/b&gt;'],
    ['<a href="{{.Url}}">', '<a href="http://x/?a=1&amp;b=2">'],
    ['{{ .Missing }}{{ .Data.missing.deeper }}|', '|'],
    ['{{ if eq .Data.plan "pro" }}yes{{ else }}no{{ end }}', 'yes'],
    ['{{ if .Data.empty }}some{{ else if .Data.count }}{{ .Data.count }}{{ end }}', '3'],
    ['{{ range $i, $tag := .Data.tags }}{{ $i }}={{ $tag }};{{ end }}', '0=a;1=b;'],
    ['{{ range .Data.empty }}x{{ else }}none{{ end }}', 'none'],
    ['{{ with .Data.nested }}{{ .deep }}{{ $.Token }}{{ end }}', 'true012345'],
    ['{{ printf "%s-%05d-%.2f" .Token .Data.count 1.5 }}', '012345-00003-1.50'],
    ['{{ .Data.plan | printf "%q" }}', '&#34;pro&#34;'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{/* why */}}{{ len .Data.tags }}', '2'],
    ['{{ if and (gt .Data.count 2) (not .Data.empty) }}ok{{ end }}', 'ok'],
    ['{{ $x := .Token }}{{ $x }}', '012345'],
    ['{{ slice .Token 0 3 }}-{{ index .Data.tags 1 }}', '012-b'],
    ['{{ .Data.tags }} {{ urlquery "a b&c" }}', '[a b] a&#43;b%26c'],
    ['{{ .constructor }}{{ .Data.__proto__ }}', ''],
  ])('%s', (source, expected) => expect(compileTemplate(source)(data)).toBe(expected))
  test.each(['{{ if .A }}', '{{ end }}', '{{ }}', '{{ .A', '{{ nofunc .A }}', '{{ template "x" }}'])(
    'is refused: %s',
    (source) => expect(() => compileTemplate(source)({})).toThrow(),
  )
})

describe('the templates of config.toml', () => {
  const load = (section: 'template' | 'notification', name: string, path: string) =>
    loadTemplates(
      AuthConfig.parse({ email: { [section]: { [name]: { content_path: path } } } }),
      process.cwd(),
    )
  test('are read from the root of the project', async () => {
    const templates = await load('template', 'recovery', './supabase/templates/recovery.html')
    const mail = templates.get('recovery')!.content({
      Token: '123456',
      ConfirmationURL: 'http://x/?a&b',
      Email: 'a@b',
    })
    expect(mail).toContain('>123456<')
    expect(mail).toContain('href="http://x/?a&amp;b"')
  })
  test('for notifications also from the folder of config.toml', async () => {
    const templates = await load('notification', 'password_changed', './templates/recovery.html')
    expect(templates.get('password_changed')!.content({ Token: '123456' })).toContain('>123456<')
  })
  test('that do not exist stop the start', async () => {
    await expect(load('template', 'recovery', './templates/recovery.html')).rejects.toThrow('does not exist')
  })
})

describe('one-time passwords by time', () => {
  // RFC 6238, appendix B: the secret "12345678901234567890", last six of the eight digits.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  test.each([[59, '287082'], [1111111109, '081804'], [1234567890, '005924'], [20000000000, '353130']])(
    'at %d',
    (at, code) => expect(totpCode(secret, at)).toBe(code),
  )
  test('a code of a neighbouring period is right, an older one is not', () => {
    const at = Date.now() / 1000
    expect(totpMatches(totpCode(secret, at - 30), secret)).toBe(true)
    expect(totpMatches(totpCode(secret, at - 90), secret)).toBe(false)
  })
})

test.each([['1s', 1], ['1h30m', 5400], ['500ms', 0.5], ['0', 0], ['-1h', -3600], ['1 day', undefined], [
  '',
  undefined,
]])(
  'the duration %j is %d s',
  (text, seconds) => expect(parseDuration(text)).toBe(seconds),
)

describe('settings', () => {
  const secrets = `v1,whsec_${'a'.repeat(44)}`
  test.each([
    [{ uri: 'https://x.example/hook', secrets }, true],
    [{ uri: 'http://127.0.0.1:54321/functions/v1/x', secrets }, true],
    [{ uri: 'https://x.example/hook', secrets: `${secrets}|${secrets}` }, true],
    [{ uri: 'pg-functions://postgres/public/hook' }, true],
    [{ uri: 'http://x.example/hook', secrets }, false],
    [{ uri: 'https://x.example/hook', secrets: 'env(MISSING)' }, false],
    [{ uri: '' }, false],
  ])('a hook %j is taken: %s', (hook, taken) => {
    expect(AuthConfig.safeParse({ hook: { send_sms: { enabled: true, ...hook } } }).success).toBe(taken)
    expect(AuthConfig.safeParse({ hook: { send_sms: { enabled: false, ...hook } } }).success).toBe(true)
  })

  test('nothing said is what `supabase init` says', () => {
    expect(AuthConfig.parse({})).toMatchObject({
      site_url: 'http://127.0.0.1:3000',
      jwt_expiry: 3600,
      enable_signup: true,
      enable_anonymous_sign_ins: false,
      minimum_password_length: 6,
      email: {
        enable_signup: true,
        double_confirm_changes: true,
        enable_confirmations: false,
        max_frequency: 1,
      },
      sms: { enable_signup: false, max_frequency: 5 },
      mfa: { max_enrolled_factors: 10, totp: { enroll_enabled: false, verify_enabled: false } },
    })
  })

  test('the newer name of a switch wins', () => {
    expect(AuthConfig.parse({ email: { enabled: false, enable_signup: true } }).email.enable_signup).toBe(
      false,
    )
  })
})
