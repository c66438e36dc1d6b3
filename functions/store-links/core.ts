import { encode, renderSVG } from 'uqr'
import { z } from 'zod'
import type { CallSql } from '../_shared/sql.ts'
import { encodePng } from './png.ts'

/** A store as anybody may see it. */
export const StoreCard = z.looseObject({
  id: z.uuid(),
  name: z.string(),
  /** The current link. */
  link: z.string(),
  /** Address of the store's page: what people share. */
  url: z.url(),
  /** False where the store was found by a link that it had before. */
  is_current: z.boolean(),
  rating_average: z.number().nullish(),
  rating_count: z.number().int().nullish(),
})
export type StoreCard = z.infer<typeof StoreCard>

const Renamed = z.object({ slug: z.string() })

/**
 * The store behind a link, present or past.
 * @throws {Problem} 404 store_not_found
 */
export function findStore(sql: CallSql, link: string): Promise<StoreCard> {
  return sql('get_store_by_link', { link }, StoreCard)
}

/**
 * Gives a store another link; the old ones go on leading to it.
 * @throws {Problem} what the database refuses: link_taken, link_reserved, not being a member …
 */
export async function changeLink(sql: CallSql, storeId: string, link: string): Promise<StoreCard> {
  const renamed = await sql('rename_store_link', { store_id: storeId, link }, Renamed)
  return findStore(sql, renamed.slug)
}

/** A store as search engines read it (JSON-LD, https://schema.org/Store), with its stars once there are some. */
export function structuredData(store: StoreCard): Record<string, unknown> {
  return {
    '@context': 'https://schema.org',
    '@type': 'Store',
    name: store.name,
    url: store.url,
    ...(store.rating_count && store.rating_average
      ? {
        aggregateRating: {
          '@type': 'AggregateRating',
          ratingValue: store.rating_average,
          reviewCount: store.rating_count,
          bestRating: 5,
          worstRating: 1,
        },
      }
      : {}),
  }
}

/** A QR code of an address, as scalable picture. */
export function qrSvg(url: string): string {
  return renderSVG(url, { ecc: 'M', border: QUIET_ZONE })
}

/**
 * A QR code of an address as PNG.
 * @param size side in pixels that it comes near to from below, without blurring a square
 */
export function qrPng(url: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { data } = encode(url, { ecc: 'M', border: QUIET_ZONE })
  return encodePng(data, Math.max(1, Math.floor(size / data.length)))
}

/** Blank squares around a code, as the standard wants them for cameras. */
const QUIET_ZONE = 4
