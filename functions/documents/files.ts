import type { Files } from './core.ts'

/** The part of a Supabase client that reads and writes files. */
interface StorageClient {
  storage: {
    from(bucket: string): {
      createSignedUrl(path: string, seconds: number, options: { download: string }): PromiseLike<
        { data: { signedUrl: string } | null; error: Failure | null }
      >
      upload(path: string, body: ArrayBuffer, options: { contentType: string; upsert: boolean }): PromiseLike<
        { error: Failure | null }
      >
    }
  }
}

interface Failure {
  message: string
  status?: number | undefined
  statusCode?: string | undefined
}

const BUCKET = 'documents'

/**
 * Documents in Storage.
 * @param reader the caller: policies decide what can be opened
 * @param writer the service: nobody else writes there
 */
export function filesThrough(reader: StorageClient, writer: StorageClient): Files {
  return {
    async addressOf(path, seconds, name) {
      const { data, error } = await reader.storage.from(BUCKET).createSignedUrl(path, seconds, {
        download: name,
      })
      if (data) return data.signedUrl
      if ([400, 404].includes(statusOf(error))) return null
      throw new Error(`signing a document failed: ${error?.message}`)
    },
    async put(path, bytes) {
      const options = { contentType: 'application/pdf', upsert: false }
      const { error } = await writer.storage.from(BUCKET).upload(path, bytes.buffer, options)
      // Somebody else asked for it at the same moment, and made the same file.
      if (error && statusOf(error) !== 409) throw new Error(`writing a document failed: ${error.message}`)
    },
  }
}

function statusOf(error: Failure | null): number {
  return Number(error?.statusCode ?? error?.status ?? 500)
}
