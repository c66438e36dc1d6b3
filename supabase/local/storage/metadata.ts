import type { StagedFile } from './files.ts'

/** What the column `metadata` says about the bytes of an object; the names are upstream's. */
export type ObjectMetadata = {
  /** MD5 of the bytes in double quotes. */
  eTag: string
  /** Bytes. */
  size: number
  mimetype: string
  /** Value of the header Cache-Control. */
  cacheControl: string
  /** ISO 8601, UTC. */
  lastModified: string
  /** Bytes, again. */
  contentLength: number
  httpStatusCode: number
  /** Value of the header X-Robots-Tag; absent stands for `none`. */
  xRobotsTag?: string
}

/** What a client says of the bytes it sends. */
export interface Description {
  mimetype: string
  cacheControl: string
  xRobotsTag: string | undefined
}

/** Describes bytes that have just arrived. */
export function describe(file: StagedFile, description: Description): ObjectMetadata {
  const { mimetype, cacheControl, xRobotsTag } = description
  return {
    eTag: `"${file.md5}"`,
    size: file.size,
    mimetype,
    cacheControl,
    lastModified: new Date().toISOString(),
    contentLength: file.size,
    httpStatusCode: 200,
    ...(xRobotsTag === undefined ? {} : { xRobotsTag }),
  }
}
