import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../../http.ts'
import { escape, page, sendPage } from '../page.ts'
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
