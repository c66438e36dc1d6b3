import { allowMethods, answering, type Handler, pathOf } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import type { CallSql } from '../_shared/sql.ts'
import { canShowPages, EndedLetters, endingPage, lostPage } from './core.ts'

/** What people's choices about notifications are served with. */
export interface Dependencies {
  /** As a visitor: what a link carries is all that is needed. */
  sql: CallSql
  /** The public half of the key that messages to browsers are signed with. */
  pushKey: string
  supabaseUrl: string
  /** Where the storefront lives. */
  siteUrl: string
}

/**
 * - `GET /notifications/push-key`: the key that a browser subscribes with
 * - `GET /notifications/unsubscribe?token=`: the page that asks; changes nothing, since programs that look for viruses
 *   open every link of a mail
 * - `POST` to the same: ends that kind of letter. A mail program does it by itself (RFC 8058), the page by its button.
 */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    switch (pathOf(req, 'notifications')) {
      case '/push-key':
        allowMethods(req, 'GET', 'HEAD')
        return Response.json({ public_key: deps.pushKey }, {
          headers: { 'cache-control': 'public, max-age=300' },
        })
      case '/unsubscribe':
        allowMethods(req, 'GET', 'HEAD', 'POST')
        return await unsubscribe(deps, req)
      default:
        throw new Problem(404, 'route_not_found', 'There is no such route.')
    }
  })
}

async function unsubscribe(deps: Dependencies, req: Request): Promise<Response> {
  const { searchParams } = new URL(req.url)
  const token = searchParams.get('token') ?? ''
  const isAsked = req.method !== 'POST'
  if (isAsked && !canShowPages(deps.supabaseUrl)) {
    const address = new URL('unsubscribe', `${deps.siteUrl}/`)
    address.searchParams.set('token', token)
    return new Response(null, { status: 302, headers: { ...PRIVATELY, location: address.href } })
  }
  try {
    const verb = isAsked ? 'get_unsubscribe_link' : 'unsubscribe'
    return html(200, endingPage(await deps.sql(verb, { token }, EndedLetters)))
  } catch (error) {
    if (error instanceof Problem && error.code === 'unsubscribe_link_not_found') return html(404, lostPage())
    throw error
  }
}

/** The address is a credential: it is neither kept nor told to whatever a page leads to. */
const PRIVATELY = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

function html(status: number, page: string): Response {
  return new Response(page, {
    status,
    headers: {
      ...PRIVATELY,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    },
  })
}
