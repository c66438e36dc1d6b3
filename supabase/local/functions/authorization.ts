import type { IncomingMessage } from 'node:http'
import { decodeProtectedHeader } from 'jose'
import type { JwtVerifier } from '../jwt.ts'

/**
 * Checks the token of a request to a function with `verify_jwt`. Any role passes, the one of the publishable key
 * included: whether the caller may do what they ask for is the function's business.
 * @returns why the request is refused, as upstream words it; `undefined` when it is not
 */
export async function refusal(req: IncomingMessage, verifier: JwtVerifier): Promise<string | undefined> {
  const header = req.headers.authorization
  if (!header) return 'Error: Missing authorization header'
  const [scheme, token] = header.split(' ')
  if (scheme !== 'Bearer' || token === undefined) return "Error: Auth header is not 'Bearer {token}'"
  if (verifier.recall(token) !== undefined) return undefined
  try {
    decodeProtectedHeader(token)
  } catch (error) {
    return String(error)
  }
  try {
    await verifier.verify(token)
    return undefined
  } catch {
    return 'Invalid JWT'
  }
}
