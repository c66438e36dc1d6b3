import { z } from 'zod'
import { allowMethods, answering, type Handler, pathOf, readJson } from '../_shared/http.ts'
import { Problem } from '../_shared/problem.ts'
import type { CallSql } from '../_shared/sql.ts'
import { changeLink, findStore, qrPng, qrSvg, type StoreCard, structuredData } from './core.ts'

/** What links are served with. */
export interface Dependencies {
  /** As the caller: a visitor, or a member who changes a link. */
  sql: CallSql
  /** Address of this function, as clients call it. */
  functionUrl: string
}

/** What `POST` takes. */
export const ChangeLink = z.strictObject({ store_id: z.uuid(), link: z.string().min(1).max(200) })
const Size = z.coerce.number().int().min(64).max(2048).default(512)

/** A link may change: pictures and details are worth keeping for a moment only. */
const BRIEFLY = { 'cache-control': 'public, max-age=60' }

/**
 * - `GET /store-links/:link` details of a store, also as structured data for search engines, `GET …/:link/qr.svg` and `…/qr.png?size=512` its code. A link that the
 *   store had before is answered with a permanent redirect to the current one.
 * - `GET /store-links/:link/open` sends a person to the store's page
 * - `POST /store-links` `{store_id, link}` changes the link, for those allowed
 */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    const [link, what, ...rest] = pathOf(req, 'store-links').split('/').slice(1).map(decode)
    if (!link) {
      allowMethods(req, 'POST')
      const body = await readJson(req, ChangeLink)
      return Response.json(details(deps, await changeLink(deps.sql, body.store_id, body.link)))
    }
    allowMethods(req, 'GET', 'HEAD')
    if (rest.length > 0) throw notFound()
    const store = await findStore(deps.sql, link)
    if (what === 'open') return redirect(302, store.url)
    if (!store.is_current) return redirect(308, address(deps, store, what) + new URL(req.url).search)
    switch (what) {
      case undefined:
        return Response.json(details(deps, store), { headers: BRIEFLY })
      case 'qr.svg':
        return new Response(qrSvg(store.url), { headers: { ...BRIEFLY, 'content-type': 'image/svg+xml' } })
      case 'qr.png': {
        const size = Size.safeParse(new URL(req.url).searchParams.get('size') ?? undefined)
        if (!size.success) throw new Problem(422, 'invalid_request', 'size: between 64 and 2048 pixels')
        return new Response(await qrPng(store.url, size.data), {
          headers: { ...BRIEFLY, 'content-type': 'image/png' },
        })
      }
      default:
        throw notFound()
    }
  })
}

function details(deps: Dependencies, store: StoreCard) {
  return {
    ...store,
    qr: { svg: address(deps, store, 'qr.svg'), png: address(deps, store, 'qr.png') },
    structured_data: structuredData(store),
  }
}

function address(deps: Dependencies, store: StoreCard, what?: string): string {
  const path = [store.link, ...(what === undefined ? [] : [what])].map(encodeURIComponent).join('/')
  return `${deps.functionUrl}/${path}`
}

/** Not kept for ever, though the address will never mean another store: its page may move once more. */
function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { ...BRIEFLY, location } })
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw notFound()
  }
}

const notFound = () => new Problem(404, 'route_not_found', 'There is no such route.')
