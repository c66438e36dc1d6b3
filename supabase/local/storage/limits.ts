import { entityTooLarge, invalidMimeType, invalidRequest } from './errors.ts'

const UNITS: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 }

/**
 * Reads a bucket's size limit: bytes, or a text such as `20MB` (decimal units, as the hosted platform counts).
 * @param globalLimit the largest limit a bucket may have, in bytes
 * @returns bytes; `null` for no limit of its own
 * @throws {StorageError} InvalidRequest for a text that is no size, EntityTooLarge above the global limit
 */
export function parseBucketLimit(value: string | number | null, globalLimit: number): number | null {
  if (value === null) return null
  const bytes = typeof value === 'number' ? value : parseSize(value)
  if (bytes === undefined) {
    throw invalidRequest('Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B')
  }
  if (bytes > globalLimit) throw entityTooLarge()
  return bytes
}

function parseSize(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*(gb|mb|kb|b)?$/i.exec(text.trim())
  if (parts === null) return undefined
  return Math.floor(Number(Number(parts[1]).toPrecision(3)) * UNITS[(parts[2] ?? 'b').toLowerCase()]!)
}

/**
 * Reads a size of config.toml, such as `50MiB`: binary units, as the official CLI reads that file.
 * @returns bytes; `undefined` when the text is no size
 */
export function parseConfiguredSize(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text.trim())
  if (parts === null) return undefined
  const exponent = ['', 'k', 'm', 'g', 't'].indexOf(parts[2]!.toLowerCase())
  return Math.floor(Number(parts[1]) * 1024 ** exponent)
}

const ALLOWED_TYPE = /^([\w.+-]+\/[\w.+-]+(;\s*charset=[\w-]+)?|[\w.+/-]*\*)$/i

/**
 * Checks the list of types that a bucket is to accept.
 * @throws {StorageError} InvalidMimeType for the first entry that is no type
 */
export function checkAllowedTypes(types: readonly string[]): void {
  const wrong = types.find((type) => !ALLOWED_TYPE.test(type))
  if (wrong !== undefined) throw invalidMimeType(wrong)
}

/**
 * Checks the type of an upload against its bucket's list: `image/*` or the exact text after the slash.
 * @throws {StorageError} InvalidMimeType
 */
export function checkType(type: string, allowed: readonly string[] | null): void {
  if (allowed === null || allowed.length === 0) return
  const [family, kind] = splitType(type)
  const matches = allowed.some((entry) => {
    const [allowedFamily, allowedKind] = splitType(entry)
    return allowedFamily === family && (allowedKind === '*' || allowedKind === kind)
  })
  if (kind === '' || !matches) throw invalidMimeType(type)
}

function splitType(type: string): [family: string, kind: string] {
  const slash = type.indexOf('/')
  return slash < 0
    ? [type.toLowerCase(), '']
    : [type.slice(0, slash).toLowerCase(), type.slice(slash + 1).toLowerCase()]
}
