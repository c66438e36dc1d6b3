import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../../http.ts'
import { escape, page, sendPage } from '../page.ts'
import type { Account } from './account.ts'
import { findAccount, ONBOARDING_PATH, setStanding, TEST_BANKS, type TestBank } from './accounts.ts'
import { type ConnectedAccount, now } from './objects.ts'

export { ONBOARDING_PATH }

const LARGEST_FORM = 1024

/**
 * The page on which the provider asks the holder of an account: `GET` asks, `POST` takes the answer and sends the browser
 * back to the shop. An address that was used, or is old, leads to where a new one is made.
 */
export async function handleOnboarding(
  account: Account,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const link = account.onboarding.get(url.pathname.slice(ONBOARDING_PATH.length))
  if (!link) return sendPage(res, 404, page('Not found', '<p>There is no such page.</p>'))
  if (link.expiresAt <= now() || (req.method !== 'POST' && link.isUsed)) return redirect(res, link.refreshUrl)
  link.isUsed = true
  const found = findAccount(account.store, link.account)
  if (req.method !== 'POST') return sendPage(res, 200, question(found))
  link.expiresAt = 0
  const form = new URLSearchParams((await readBody(req, LARGEST_FORM)).toString('utf8'))
  const bank = String(form.get('bank'))
  if (form.get('answer') !== 'later') {
    setStanding(
      account,
      found,
      form.get('answer') === 'unreadable' ? 'restricted' : 'enabled',
      Object.hasOwn(TEST_BANKS, bank) ? bank as TestBank : '000123456789',
    )
  }
  redirect(res, link.returnUrl)
}

function redirect(res: ServerResponse, target: string): void {
  res.writeHead(303, { location: target }).end()
}

function question(found: ConnectedAccount): string {
  const banks = Object.entries(TEST_BANKS)
    .map(([number, { outcome }]) => `<option value="${number}">${number} (${escape(outcome)})</option>`)
  return page(
    'Get paid',
    `<p>This page stands for Stripe. It asks ${
      escape(found.email ?? 'the holder of the account')
    } who they are and where
    their money goes.</p>
    <form class="list" method="post">
      <label>Bank account <select name="bank">${banks.join('')}</select></label>
      <button name="answer" value="complete" class="primary">Tell everything</button>
      <button name="answer" value="unreadable">Hand in papers that nobody can read</button>
      <button name="answer" value="later">Later</button>
    </form>`,
  )
}
