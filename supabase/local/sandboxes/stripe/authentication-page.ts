import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../../http.ts'
import type { Account } from './account.ts'
import { inWords } from './amounts.ts'
import { authenticate, AUTHENTICATION_PATH } from './charging.ts'
import type { PaymentIntent } from './objects.ts'

const LARGEST_FORM = 1024

/**
 * The page that stands for the card holder's bank: `GET` asks, `POST decision=approve|decline` answers and sends the
 * browser back to the shop. The client secret in the address is what lets someone in.
 */
export async function handleAuthentication(
  account: Account,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const intent = account.store.intents.get(url.pathname.slice(AUTHENTICATION_PATH.length))
  if (!intent || intent.client_secret !== url.searchParams.get('client_secret')) {
    return sendPage(res, 404, page('Not found', '<p>There is no such payment.</p>'))
  }
  if (req.method === 'POST') {
    const form = new URLSearchParams((await readBody(req, LARGEST_FORM)).toString('utf8'))
    const target = authenticate(account, intent, form.get('decision') === 'approve')
    if (target === null) return sendPage(res, 200, page('Done', '<p>You can close this page.</p>'))
    res.writeHead(303, { location: target }).end()
    return
  }
  if (intent.status !== 'requires_action') {
    return sendPage(res, 200, page('Nothing to confirm', `<p>This payment is ${escape(intent.status)}.</p>`))
  }
  sendPage(res, 200, question(intent))
}

function question(intent: PaymentIntent): string {
  return page(
    'Confirm your payment',
    `<p class="amount">${escape(inWords(intent.amount, intent.currency))}</p>
    <p>This page stands for your bank. Decide whether the payment goes through.</p>
    <form method="post">
      <button name="decision" value="approve" class="primary">Approve</button>
      <button name="decision" value="decline">Decline</button>
    </form>`,
  )
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f5f2, #161616) }
    main { width: min(22rem, 86vw); padding: 2rem; border-radius: 14px; background: light-dark(#fff, #222);
      border: 1px solid light-dark(#e5e2da, #333) }
    h1 { font-size: 1.1rem; margin: 0 }
    .amount { font-size: 2rem; font-weight: 600; margin: .5rem 0; text-transform: uppercase }
    form { display: flex; gap: .6rem; margin-top: 1.5rem }
    button { flex: 1; padding: .7rem; border-radius: 9px; border: 1px solid light-dark(#d8d4ca, #444); font: inherit;
      background: transparent; color: inherit; cursor: pointer }
    .primary { background: light-dark(#1e5c45, #5fb08f); border-color: transparent; color: light-dark(#fff, #10201a) }
  </style>
  <main>
    <h1>${title}</h1>
    ${content}
  </main>
</html>`
}

function sendPage(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action *",
  })
  res.end(html)
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
