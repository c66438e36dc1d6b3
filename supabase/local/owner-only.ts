import { chmod } from 'node:fs/promises'

/** Mode of a file with secrets: its owner reads and writes it, nobody else does anything. */
export const OWNER_ONLY_FILE = 0o600
/** Mode of a folder whose files are nobody else's business. */
export const OWNER_ONLY_FOLDER = 0o700

/**
 * Takes everybody else's rights on a file or folder away. A mode given when writing counts only for what did not
 * exist, so
 * what an earlier start, a copy or a backup left is put right here. Nothing happens where there is none.
 */
export async function makeOwnerOnly(path: string, mode = OWNER_ONLY_FILE): Promise<void> {
  await chmod(path, mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
