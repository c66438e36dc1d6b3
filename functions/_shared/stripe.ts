import Stripe from 'stripe'

/** The version of Stripe's API that this code was written against. */
const API_VERSION = '2026-10-28.endive'
const ANSWER_WITHIN_MS = 10_000

/**
 * A client of Stripe. It repeats what may be repeated, under one idempotency key.
 * @param base another address than Stripe's own
 */
export function createStripe(secretKey: string, base?: string): Stripe {
  const address = base === undefined ? null : new URL(base)
  return new Stripe(secretKey, {
    apiVersion: API_VERSION,
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: 2,
    timeout: ANSWER_WITHIN_MS,
    telemetry: false,
    ...(address === null ? {} : {
      host: address.hostname,
      port: address.port || (address.protocol === 'https:' ? 443 : 80),
      protocol: address.protocol === 'https:' ? 'https' : 'http',
    }),
  })
}
