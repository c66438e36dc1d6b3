// The thread behind PasswordHasher (passwords.ts). Plain JavaScript, so that a worker can load it without a loader.
import { parentPort } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcryptjs'

parentPort.on('message', ({ id, password, hash, cost }) => {
  // `$2a$` is what upstream and pgcrypto write; the algorithm behind `$2b$` is the same.
  const value = hash === undefined
    ? hashSync(password, cost).replace(/^\$2b\$/, '$2a$')
    : compareSync(password, hash)
  parentPort.postMessage({ id, value })
})
