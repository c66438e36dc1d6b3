import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** One SCRAM-SHA-256 exchange (RFC 5802, 7677), from the client's side. */
export interface ScramExchange {
  /** What the client says first. */
  readonly first: string
  /** The client's proof, in answer to the server's challenge. Throws if the server does not play by the rules. */
  final(challenge: string): string
  /** Whether the server, too, knows the password. */
  verify(outcome: string): boolean
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest()
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest()

/** Begins an exchange. Postgres takes the user from the connection, so the name here stays empty. */
export function beginScram(password: string): ScramExchange {
  const nonce = randomBytes(18).toString('base64')
  const bare = `n=,r=${nonce}`
  let serverSignature = ''
  return {
    first: `n,,${bare}`,
    final(challenge) {
      const fields = attributes(challenge)
      const { r: serverNonce = '', s: salt = '', i: iterations = '' } = fields
      if (!serverNonce.startsWith(nonce)) throw new Error('The server answered with another nonce.')
      const withoutProof = `c=biws,r=${serverNonce}`
      const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
      const clientKey = hmac(salted, 'Client Key')
      const dialogue = `${bare},${challenge},${withoutProof}`
      const signature = hmac(sha256(clientKey), dialogue)
      const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!))
      serverSignature = hmac(hmac(salted, 'Server Key'), dialogue).toString('base64')
      return `${withoutProof},p=${proof.toString('base64')}`
    },
    verify: (outcome) => attributes(outcome)['v'] === serverSignature,
  }
}

function attributes(message: string): Record<string, string> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
