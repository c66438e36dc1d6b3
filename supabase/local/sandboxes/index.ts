import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { hostInUrl, sendJson } from '../http.ts'
import type { Keys } from '../keys.ts'
import { listenOn } from '../ports.ts'
import { Control } from './control.ts'
import { Faults } from './faults.ts'
import { Inbox, type Mail } from './inbox.ts'
import { OPENID_PATH, OpenIdSandbox } from './openid/index.ts'
import { PushSandbox } from './push.ts'
import { ResendSandbox } from './resend.ts'
import { ResendWebhooks } from './resend-webhooks.ts'
import { StripeSandbox } from './stripe/index.ts'
import { TwilioSandbox } from './twilio.ts'

/** The outside world as a project on this machine meets it: payments, texts and mails, and an inbox that shows them. */
export interface Sandboxes {
  /** Base address: the inbox page, and what the providers' `*_API_BASE` are set to. */
  url: string
  /** The issuer of the OpenID Connect provider. */
  openIdUrl: string
  /** Puts a mail into the inbox. */
  sendMail(mail: Mail): Promise<void>
  /** Stops listening and retrying. Never throws. */
  close(): Promise<void>
}

/** Where the sandboxes listen, and what they accept. */
export interface SandboxOptions {
  /** 0 picks a free one. */
  port: number
  host: string
  keys: Pick<
    Keys,
    | 'stripeSecretKey'
    | 'stripeWebhookSecret'
    | 'twilioAccountSid'
    | 'twilioAuthToken'
    | 'resendApiKey'
    | 'resendWebhookSecret'
    | 'secretKey'
    | 'vapidPublicKey'
  >
  /** Where Stripe's events are delivered. Absent: nowhere. */
  webhookUrl?: string | undefined
  /** Where Resend's events are delivered. Absent: nowhere. */
  mailWebhookUrl?: string | undefined
  /** What answers the secret key with every letter of the project, as `{template, situation, …}`. Absent: nothing does. */
  previewsUrl?: string | undefined
  /** File that keeps Stripe's payments between runs. Absent: they are forgotten. */
  stripeFile?: string | undefined
}

/**
 * Starts the sandboxes on one port: Stripe at `/v1/*`, Twilio at `/2010-04-01/*`, Resend at `/emails`, the push services
 * of browsers at `/push/*`, an OpenID Connect provider at `/openid`, the inbox page at `/`, its JSON at `/messages`, the project's letters at `/previews`, switches for tests at `/_control`.
 * @throws {Failure} when the port is taken
 */
export async function startSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const { keys } = options
  const page = await readFile(new URL('./inbox.html', import.meta.url))
  const inbox = new Inbox()
  const faults = new Faults()
  let url = ''
  const stripe = await StripeSandbox.open({
    secretKey: keys.stripeSecretKey,
    webhookSecret: keys.stripeWebhookSecret,
    webhookUrl: options.webhookUrl ?? null,
    publicUrl: () => url,
    faults,
    file: options.stripeFile,
    onNotice: ({ payment, subject, text }) =>
      inbox.add({ channel: 'payment', from: 'Stripe', to: payment, subject, text, html: null }),
  })
  const resend = new ResendSandbox({
    apiKey: keys.resendApiKey,
    inbox,
    faults,
    webhooks: new ResendWebhooks(options.mailWebhookUrl ?? null, keys.resendWebhookSecret),
  })
  const providers = [
    stripe,
    new TwilioSandbox({ accountSid: keys.twilioAccountSid, authToken: keys.twilioAuthToken, inbox, faults }),
    await OpenIdSandbox.open(() => url),
    resend,
    new PushSandbox({ publicKey: keys.vapidPublicKey, inbox, faults }),
  ]
  const control = new Control(stripe, faults, inbox)

  const server = createServer((req, res) => {
    route(req, res).catch((error: unknown) => {
      console.error('sandboxes:', error)
      if (!res.headersSent) sendJson(res, 500, { code: 'sandbox_failed', message: 'The sandbox failed.' })
      else res.destroy()
    })
  })

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (!URL.canParse(req.url ?? '', 'http://sandbox')) {
      return sendJson(res, 400, { code: 'bad_address', message: 'The address cannot be read.' })
    }
    const target = new URL(req.url ?? '', 'http://sandbox')
    const path = target.pathname
    const provider = providers.find((candidate) => candidate.serves(path))
    if (provider) return provider.handle(req, res, target)
    if (path === '/messages' || path.startsWith('/messages/')) return inbox.handle(req, res, target)
    if (path === '/previews') return sendPreviews(res, options.previewsUrl ?? null, keys.secretKey)
    if (path === '/_control' || path.startsWith('/_control/')) return control.handle(req, res, target)
    if (path === '/' && (req.method === 'GET' || req.method === 'HEAD')) return sendPage(res, page)
    sendJson(res, 404, { code: 'not_found', message: `Nothing is served at ${path}.` })
  }

  const port = await listenOn(server, options.port, options.host, 'the inbox')
  url = `http://${hostInUrl(options.host)}:${port}`

  return {
    url,
    openIdUrl: `${url}${OPENID_PATH}`,
    async sendMail(mail) {
      inbox.addMail({ ...mail, to: [mail.to], text: mail.text ?? null })
    },
    async close() {
      inbox.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      resend.close()
      await stripe.close()
    },
  }
}

/** The project's letters, if it shows any; the page that asks does not learn the key. */
async function sendPreviews(res: ServerResponse, url: string | null, secretKey: string): Promise<void> {
  try {
    const answer = url === null ? null : await fetch(url, { headers: { apikey: secretKey } })
    if (answer?.ok) return sendJson(res, 200, await answer.json())
  } catch {
    // Functions are not running, or have no such route.
  }
  sendJson(res, 404, { code: 'no_previews', message: 'This project shows no previews of its letters.' })
}

function sendPage(res: ServerResponse, page: Buffer): void {
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy':
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self' about: data: blob:; img-src * data:",
    'x-frame-options': 'DENY',
  })
  res.end(page)
}
