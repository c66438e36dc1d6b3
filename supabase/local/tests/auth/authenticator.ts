import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What it is told when it makes a key. */
interface CreationOptions {
  challenge: string
  rp: { id?: string }
  user: { id: string }
}

/** What it is told when it signs. */
interface RequestOptions {
  challenge: string
  rpId?: string
}

/** What an attacker, or a fault, would do differently. */
export interface Deviation {
  /** The page that it runs in. */
  origin?: string
  challenge?: string
  rpId?: string
  userHandle?: string
  /** Signs with another key than the one that was registered. */
  key?: KeyObject
}

/** A member of a CBOR map, or what stands there. */
type Cbor = number | string | Buffer | Map<Cbor, Cbor>

/** An authenticator in software, with one key (ES256): what a browser and a security key do together. */
export class Authenticator {
  readonly id = randomBytes(16)
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #userHandle = ''
  #count = 0

  constructor(readonly origin: string) {}

  /** Makes a credential, and attests nothing. */
  create(options: CreationOptions, deviation: Deviation = {}) {
    this.#userHandle = options.user.id
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' }) as { x: string; y: string }
    // COSE: an elliptic key (1: 2) for ES256 (3: -7) on P-256 (-1: 1).
    const publicKey = cbor(
      new Map<Cbor, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    )
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, publicKey])
    // 0x45: somebody was there (1), and proved to be the owner (4); a key follows (0x40).
    const authData = Buffer.concat([this.#data(deviation.rpId ?? options.rp.id!, 0x45), attested])
    return {
      id: this.id.toString('base64url'),
      rawId: this.id.toString('base64url'),
      type: 'public-key' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, deviation),
        attestationObject: cbor(
          new Map<Cbor, Cbor>([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData]]),
        ).toString('base64url'),
        transports: ['internal' as const],
      },
    }
  }

  /** Signs a challenge with the key. */
  get(options: RequestOptions, deviation: Deviation = {}) {
    const authData = this.#data(deviation.rpId ?? options.rpId!, 0x05)
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, deviation)
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
    const key = deviation.key ?? this.#keys.privateKey
    return {
      id: this.id.toString('base64url'),
      rawId: this.id.toString('base64url'),
      type: 'public-key' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', Buffer.concat([authData, hash]), key).toString('base64url'),
        userHandle: deviation.userHandle ?? this.#userHandle,
      },
    }
  }

  #data(rpId: string, flags: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(++this.#count)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
  }

  #clientData(type: string, challenge: string, deviation: Deviation): string {
    return Buffer.from(JSON.stringify({
      type,
      challenge: deviation.challenge ?? challenge,
      origin: deviation.origin ?? this.origin,
      crossOrigin: false,
    })).toString('base64url')
  }
}

/** A value as CBOR writes it, as far as authenticators need it. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)])
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}
