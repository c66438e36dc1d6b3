import type { Catalog, QualifiedName } from '../catalog/catalog.ts'
import { sameName } from '../catalog/catalog.ts'
import { mediaTypesUnavailable } from '../errors.ts'
import { type MediaType, mediaTypeName } from '../request/media.ts'
import type { BodyMaker } from './plan.ts'

const BUILT_IN: Partial<Record<MediaType['kind'], BodyMaker>> = {
  json: { kind: 'json', singular: false, stripNulls: false },
  any: { kind: 'json', singular: false, stripNulls: false },
  csv: { kind: 'csv' },
  geojson: { kind: 'geojson' },
}

/** The media type that a body maker's bytes have, where the client left it open. */
const ANY_GIVES: MediaType = { kind: 'json' }

/**
 * Picks the first acceptable type that can be made. Throws PGRST107.
 * @param relation whose rows they are, for handlers made for them
 * @param wholeRows whether the rows are whole: only then do a relation's own handlers fit
 */
export function negotiate(
  catalog: Catalog,
  accepts: readonly MediaType[],
  relation: QualifiedName,
  wholeRows: boolean,
  planEnabled: boolean,
): { body: BodyMaker; media: MediaType } {
  const lookUp = (type: MediaType): { body: BodyMaker; media: MediaType } | undefined => {
    const name = mediaTypeName(type)
    const handlers = catalog.mediaHandlers
    const own = wholeRows
      ? handlers.filter((h) => h.relation !== undefined && sameName(h.relation, relation))
      : []
    const handler = own.find(({ mediaType }) => mediaType === '*/*') ??
      own.find(({ mediaType }) => mediaType === name) ??
      handlers.find((h) => h.relation === undefined && h.mediaType === name)
    if (handler !== undefined) {
      const media = handler.mediaType === '*/*' && type.kind === 'any' ? OCTETS : type
      return { body: { kind: 'handler', function: handler.function, relation: handler.relation }, media }
    }
    if (type.kind === 'any') {
      const any = own.length === 0 ? undefined : own[0]
      if (any !== undefined && any.mediaType === '*/*') {
        return { body: { kind: 'handler', function: any.function, relation: any.relation }, media: OCTETS }
      }
    }
    const body = BUILT_IN[type.kind]
    return body === undefined ? undefined : { body, media: type.kind === 'any' ? ANY_GIVES : type }
  }
  const make = (type: MediaType): { body: BodyMaker; media: MediaType } | undefined => {
    switch (type.kind) {
      case 'singular':
        return { body: { kind: 'json', singular: true, stripNulls: type.stripNulls }, media: type }
      case 'strippedArray':
        return { body: { kind: 'json', singular: false, stripNulls: true }, media: type }
      case 'plan': {
        const inner = planEnabled ? make(type.of) : undefined
        return inner === undefined ? undefined : { body: inner.body, media: type }
      }
      default:
        return lookUp(type)
    }
  }
  for (const type of accepts) {
    const made = make(type)
    if (made !== undefined) return made
  }
  throw mediaTypesUnavailable(accepts.map(mediaTypeName))
}

const OCTETS: MediaType = { kind: 'octets' }
