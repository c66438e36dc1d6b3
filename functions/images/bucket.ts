import { Problem } from '../_shared/problem.ts'
import type { Bucket } from './core.ts'

/** The part of a Supabase client that reads and writes files. */
interface StorageClient {
  storage: {
    from(bucket: string): {
      download(path: string): PromiseLike<{ data: Blob | null; error: Failure | null }>
      upload(
        path: string,
        body: ArrayBuffer,
        options: {
          contentType: string
          cacheControl: string
          upsert: boolean
          metadata: Record<string, unknown>
        },
      ): PromiseLike<{ error: Failure | null }>
    }
  }
}

interface Failure {
  message: string
  status?: number | undefined
  statusCode?: string | undefined
}

const BUCKET = 'store-media'
/** A copy carries the hash of what it was made of in its name: other content has another address. */
const KEPT_SECONDS = '31536000'

/** The bucket as the client's user may use it: Storage's policies decide. */
export function bucketThrough(client: StorageClient): Bucket {
  const files = client.storage.from(BUCKET)
  return {
    async download(path) {
      const { data, error } = await files.download(path)
      if (data) return new Uint8Array(await data.arrayBuffer())
      if (statusOf(error) < 500) throw new Problem(404, 'image_not_found', 'There is no such picture.')
      throw new Error(`reading a picture failed: ${error?.message}`)
    },
    async upload(path, bytes, contentType, metadata) {
      const options = { contentType, cacheControl: KEPT_SECONDS, upsert: true, metadata }
      const { error } = await files.upload(path, bytes, options)
      if (!error) return
      const refused = [401, 403].includes(statusOf(error)) || error.message.includes('row-level security')
      if (refused) throw new Problem(403, 'not_allowed', 'You may not write pictures of this store.')
      throw new Error(`writing a picture failed: ${error.message}`)
    },
  }
}

function statusOf(error: Failure | null): number {
  return Number(error?.statusCode ?? error?.status ?? 500)
}
