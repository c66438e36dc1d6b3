import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JwtVerifier } from '../jwt.ts'
import type { Keys } from '../keys.ts'
import type { Caller } from './caller.ts'
import type { FileStore } from './files.ts'
import type { ImageRenderer } from './images.ts'
import type { Sessions } from './sessions.ts'

/** What every route of Storage works with. */
export interface StorageContext {
  sessions: Sessions
  files: FileStore
  verifier: JwtVerifier
  keys: Keys
  /** The platform itself, which passes every policy. */
  service: Caller
  /** The largest object of the project, in bytes. */
  fileSizeLimit: number
  /** Absent when image transformation is switched off. */
  images: ImageRenderer | undefined
}

/** One request that a route has been found for. */
export interface Exchange {
  req: IncomingMessage
  res: ServerResponse
  /** The path as policies see it, without the query. */
  path: string
  query: URLSearchParams
  /** The bucket's id in the path; empty where a route has none. */
  bucket: string
  /** The object's key in the path; empty where a route has none. */
  key: string
}

/** Answers the requests of one route. Whatever it throws is turned into an error response. */
export type Handler = (storage: StorageContext, exchange: Exchange) => Promise<void>

/** A route: `:bucket` stands for one segment and `*`, at the end, for the whole key. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS'
  pattern: string
  handle: Handler
}
