import { invalidBucketName, invalidKey } from './errors.ts'

/** What S3 accepts everywhere: ASCII letters, digits and these signs. Other scripts and `# % [ ] { } ~` are refused. */
const KEY = /^(\w|\/|!|-|\.|\*|'|\(|\)| |&|\$|@|=|;|:|\+|,|\?)*$/
const BUCKET = /^(\w|!|-|\.|\*|'|\(|\)| |&|\$|@|=|;|:|\+|,|\?)*$/

/** Postgres indexes names, and an index entry has a limit; S3 draws the line here too. */
const LONGEST_KEY = 1024
const LONGEST_BUCKET_NAME = 100

/**
 * Checks the key of an object. Keys never become file names (see files.ts), so `..` is as harmless as any other.
 * @throws {StorageError} InvalidKey
 */
export function checkKey(key: string): void {
  if (key === '' || key.length > LONGEST_KEY || !KEY.test(key)) throw invalidKey(key)
}

/**
 * Checks the name of a bucket that is about to be made.
 * @throws {StorageError} InvalidBucketName
 */
export function checkBucketName(name: string): void {
  const fits = name !== '' && name.length <= LONGEST_BUCKET_NAME && name.trim() === name && BUCKET.test(name)
  // This suffix belongs to the analytics buckets of the hosted platform.
  if (!fits || name.endsWith('--iceberg')) throw invalidBucketName()
}
