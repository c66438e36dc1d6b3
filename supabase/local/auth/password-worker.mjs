// The thread behind PasswordHasher (passwords.ts). Plain JavaScript, so that a worker can load it without a loader.
import { parentPort } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcryptjs'

/** Cost of new hashes, as upstream's. */
const COST = 10

parentPort.on('message', ({ id, password, hash }) => {
  // `$2a$` is what upstream and pgcrypto write; the algorithm behind `$2b$` is the same.
  const value = hash === undefined
    ? hashSync(password, COST).replace(/^\$2b\$/, '$2a$')
    : compareSync(password, hash)
  parentPort.postMessage({ id, value })
})
