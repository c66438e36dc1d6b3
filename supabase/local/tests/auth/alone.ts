import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type postgres from 'postgres'
import { inject } from 'vitest'
import { AuthConfig, type AuthOptions, startAuth } from '../../auth/index.ts'
import type { Database } from '../../database.ts'
import type { Service } from '../../service.ts'
import { connectAs, createDatabase, releaseLater } from '../../testing/index.ts'
import type { Target } from './target.ts'

/** A mail that the service sent. */
export interface SentMail {
  from: string
  to: string
  subject: string
  html: string
}

/** The Auth service by itself, with settings of one's own. */
export interface Alone extends Pick<Target, 'url' | 'publishableKey' | 'secretKey'> {
  database: Database
  /** The project's owner. */
  sql: postgres.Sql
  /** What was sent, oldest first. */
  mails: SentMail[]
  /** The digits of the newest mail to an address. */
  code(to: string): string
  /** The link of the newest mail to an address. */
  link(to: string): string
}

/** Mails of these tests carry the digits, which upstream's default ones do not. */
const WITH_CODE = '<a href="{{ .ConfirmationURL }}">link</a> <b>{{ .Token }}</b>'
const TEMPLATE = Object.fromEntries(
  ['confirmation', 'invite', 'recovery', 'magic_link', 'email_change', 'reauthentication']
    .map((name) => [name, { content: WITH_CODE }]),
)

/**
 * Starts the service on a plain HTTP server, without a gateway: API keys are the legacy JWTs here.
 * @param settings `[auth]` of config.toml; what is not named has the CLI's default, only nothing is slowed down
 */
export async function startAlone(
  settings: Record<string, unknown> & { email?: object; sms?: object } = {},
  options: Partial<AuthOptions> = {},
): Promise<Alone> {
  const { keys } = inject('server')
  const database = options.database ?? await createDatabase('platform')
  const mails: SentMail[] = []
  let service: Service | undefined
  const server = createServer((req, res) => {
    req.url = req.url!.replace(/^\/auth\/v1/, '')
    req.headers.authorization ??= `Bearer ${req.headers['apikey'] as string}`
    void service!.handle(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const started = service = await startAuth({
    database,
    keys,
    config: AuthConfig.parse({
      ...settings,
      email: { max_frequency: '0s', template: TEMPLATE, ...settings.email },
      sms: { max_frequency: '0s', ...settings.sms },
    }),
    apiUrl: url,
    sendMail: async (mail) => void mails.push(mail),
    ...options,
  })
  releaseLater(async () => {
    server.closeAllConnections()
    server.close()
    await started.close()
  })
  const newest = (to: string) => {
    const mail = mails.findLast((sent) => sent.to === to)
    if (mail === undefined) throw new Error(`No mail was sent to ${to}.`)
    return mail.html.replaceAll('&amp;', '&')
  }
  return {
    url,
    publishableKey: keys.anonJwt,
    secretKey: keys.serviceRoleJwt,
    database,
    sql: connectAs(database, 'postgres'),
    mails,
    code: (to) => />(\d{6,10})</.exec(newest(to))![1]!,
    link: (to) => /href="([^"]+)"/.exec(newest(to))![1]!,
  }
}
