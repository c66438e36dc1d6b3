import Stripe from 'stripe'
import { z } from 'zod'
import type { AccountFact } from '../_shared/payment-facts.ts'
import { checkAccount } from '../_shared/payout-accounts.ts'
import { Problem } from '../_shared/problem.ts'
import { providerProblem } from '../_shared/refunds.ts'
import { returnAddress, type ShopSites } from '../_shared/site.ts'
import type { CallSql } from '../_shared/sql.ts'

/** What the accounts of stores are opened with. */
export interface Dependencies {
  /** As the signed-in user: the database decides whose store it is, and asks for the second factor. */
  asUser: CallSql
  /** As the service, for what no client may call: writing down what the provider said. */
  asService: CallSql
  stripe: Stripe
  /** Where the shop lives. */
  sites: ShopSites
  /** Whether real money is moved here. */
  livemode: boolean
}

/** A page of the provider, good once and for a few minutes. */
export interface OnboardingLink {
  url: string
  /** ISO 8601, UTC. */
  expires_at: string
}

const Prepared = z.object({
  store_id: z.uuid(),
  country: z.string(),
  provider_account_id: z.string().nullable(),
})
type Prepared = z.infer<typeof Prepared>

/**
 * Opens a store's account at the provider, or takes up the one that is there, and answers the page on which its owner
 * tells who they are and where the money goes. Whatever breaks in between, asking again continues where it stopped.
 */
export async function onboard(
  deps: Dependencies,
  storeId: string,
  returnUrl: string | undefined,
): Promise<OnboardingLink> {
  const back = returnAddress(returnUrl, '/sell/payouts', deps.sites)
  const store = await deps.asUser('prepare_payout_account', { store_id: storeId }, Prepared)
  try {
    const link = await deps.stripe.accountLinks.create({
      account: store.provider_account_id ?? await openAccount(deps, store),
      type: 'account_onboarding',
      return_url: back,
      // A link that is too old leads to the same place, which asks for a new one.
      refresh_url: back,
    })
    return { url: link.url, expires_at: new Date(link.expires_at * 1000).toISOString() }
  } catch (error) {
    throw providerProblem(error)
  }
}

/** How a store's account stands, asked of the provider now: its event may still be on its way. */
export async function accountState(deps: Dependencies, storeId: string): Promise<Omit<AccountFact, 'kind'>> {
  const store = await deps.asUser('prepare_payout_account', { store_id: storeId }, Prepared)
  if (store.provider_account_id === null) {
    throw new Problem(404, 'payout_account_not_found', 'This store has not opened an account yet.')
  }
  try {
    const { kind: _, ...state } = await checkAccount(
      deps.stripe,
      deps.asService,
      store.provider_account_id,
      deps.livemode,
    )
    return state
  } catch (error) {
    throw providerProblem(error)
  }
}

async function openAccount(deps: Dependencies, store: Prepared): Promise<string> {
  const account = await createAccount(deps.stripe, store)
  // Before anybody can fill it in. Of two accounts the first counts; one that was made and forgotten holds no money.
  await deps.asService('attach_payout_account', {
    store_id: store.store_id,
    provider_account_id: account.id,
  }, z.object({ provider_account_id: z.literal(account.id) }))
  return account.id
}

async function createAccount(stripe: Stripe, store: Prepared): Promise<Stripe.Account> {
  try {
    return await stripe.accounts.create({
      type: 'express',
      country: store.country,
      capabilities: { transfers: { requested: true } },
      // The store says when it is paid out, and how much.
      settings: { payouts: { schedule: { interval: 'manual' } } },
      metadata: { store_id: store.store_id },
      // A store that has moved asks for another account; that is another request.
    }, { idempotencyKey: `account-${store.store_id}-${store.country}` })
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      throw new Problem(
        422,
        'payout_account_refused',
        'The payment provider opens no account for this store.',
        { cause: error, details: { reason: error.message } },
      )
    }
    throw error
  }
}
