import { z } from 'zod'

/**
 * Checks the environment once, when a function starts.
 * @throws {Error} that names each variable that is missing or wrong, and never shows a value
 */
export function readEnvironment<T>(shape: z.ZodType<T>, environment: Record<string, string | undefined>): T {
  const parsed = shape.safeParse(environment)
  if (parsed.success) return parsed.data
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))]
  throw new Error(`Missing or malformed in the environment: ${names.join(', ')}`)
}

/** Variables of the payment provider. `STRIPE_API_BASE` is set where a stand-in answers instead of Stripe. */
export const StripeEnvironment = z.object({
  STRIPE_SECRET_KEY: z.string().startsWith('sk_'),
  STRIPE_API_BASE: z.url().optional(),
})

/**
 * Where people find the shop; addresses in mails and returns from a bank's page begin with SITE_URL. A payment may also
 * return to the origins in ADDITIONAL_SITE_URLS, separated by commas.
 */
export const SiteEnvironment = z.object({
  SITE_URL: z.url(),
  ADDITIONAL_SITE_URLS: z.string().optional(),
})

/** Variables of the provider of texts. `TWILIO_API_BASE` is set where a stand-in answers instead of Twilio. */
export const SmsEnvironment = z.object({
  TWILIO_ACCOUNT_SID: z.string().startsWith('AC'),
  TWILIO_AUTH_TOKEN: z.string().min(1),
  TWILIO_FROM: z.string().min(1),
  TWILIO_API_BASE: z.url().optional(),
})

/**
 * Who we are to the push services of browsers: a key pair, and where they reach us. `PUSH_API_BASE` is set where a
 * stand-in answers instead of all of them.
 */
export const PushEnvironment = z.object({
  VAPID_PUBLIC_KEY: z.string().regex(/^B[A-Za-z0-9_-]{86}$/),
  VAPID_PRIVATE_KEY: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  VAPID_SUBJECT: z.string().regex(/^(mailto:|https:\/\/)/),
  PUSH_API_BASE: z.url().optional(),
})
