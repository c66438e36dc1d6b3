import { type Account, type Cause } from './account.ts'
import { checkCurrency } from './amounts.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noSuch } from './errors.ts'
import { type ConnectedAccount, newId, now, randomText, type Store } from './objects.ts'
import type { Params } from './params.ts'

/** Where a person tells what the provider must know. */
export const ONBOARDING_PATH = '/connect/onboarding/'

/** What is asked of every account before money may move. */
const ASKED = [
  'business_profile.url',
  'external_account',
  'individual.first_name',
  'individual.last_name',
  'tos_acceptance.date',
]
/** What is asked again of somebody whose papers were not readable. */
const PAPERS = ['individual.verification.document']

/** How long an address of the onboarding page is good, in seconds. */
const LINK_WITHIN_S = 5 * 60

/** A country's currency; the ones that the sandbox pays out in. */
const CURRENCIES: Record<string, string> = {
  AE: 'aed',
  AU: 'aud',
  BR: 'brl',
  CA: 'cad',
  CH: 'chf',
  DK: 'dkk',
  GB: 'gbp',
  HK: 'hkd',
  IN: 'inr',
  JP: 'jpy',
  MX: 'mxn',
  NO: 'nok',
  NZ: 'nzd',
  PL: 'pln',
  SE: 'sek',
  SG: 'sgd',
  TH: 'thb',
  US: 'usd',
}
const EURO = [
  'AT',
  'BE',
  'CY',
  'DE',
  'EE',
  'ES',
  'FI',
  'FR',
  'GR',
  'HR',
  'IE',
  'IT',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'PT',
  'SI',
  'SK',
]

/**
 * What a test bank account does with a payout (https://docs.stripe.com/connect/testing#account-numbers): takes it, or sends
 * it back for a reason. `waits` leaves it to `POST /_control/payouts`.
 */
export const TEST_BANKS = {
  '000123456789': { last4: '6789', outcome: 'paid' },
  '000111111113': { last4: '1113', outcome: 'account_closed' },
  '000111111116': { last4: '1116', outcome: 'no_account' },
  '000111111119': { last4: '1119', outcome: 'waits' },
} as const
/** The number of a test bank account. */
export type TestBank = keyof typeof TEST_BANKS

/** `POST /v1/accounts`: express accounts, whose holders are asked by the provider itself. */
export const createAccount: Endpoint = ({ account, params, cause }) => {
  params.only(
    'type',
    'country',
    'email',
    'capabilities',
    'business_type',
    'default_currency',
    'metadata',
    'settings',
  )
  const type = params.requiredString('type')
  if (type !== 'express') {
    throw invalidRequest('The Stripe sandbox makes express accounts only.', { param: 'type' })
  }
  const country = (params.string('country') ?? 'US').toUpperCase()
  const currency = CURRENCIES[country] ?? (EURO.includes(country) ? 'eur' : null)
  if (currency === null) {
    throw invalidRequest(
      `${country} is not currently supported by Stripe. See https://stripe.com/global for a list of countries Stripe supports.`,
      { code: 'country_unsupported', param: 'country' },
    )
  }
  const capabilities = requested(params)
  const businessType = params.oneOf('business_type', [
    'individual',
    'company',
    'non_profit',
    'government_entity',
  ])
  const email = params.string('email')
  const defaultCurrency = checkCurrency(params.string('default_currency') ?? currency)
  const metadata = params.metadata()
  const interval = payoutInterval(params) ?? 'daily'
  return () => {
    const id = newId('acct')
    const made = account.store.accounts.add({
      id,
      object: 'account',
      business_type: businessType,
      capabilities: Object.fromEntries(capabilities.map((name) => [name, 'inactive'])),
      charges_enabled: false,
      country,
      created: now(),
      default_currency: defaultCurrency,
      details_submitted: false,
      email,
      external_accounts: {
        object: 'list',
        data: [],
        has_more: false,
        url: `/v1/accounts/${id}/external_accounts`,
      },
      metadata,
      payouts_enabled: false,
      requirements: due(ASKED, 'requirements.past_due'),
      settings: { payouts: { schedule: { interval, delay_days: 2 } } },
      type: 'express',
    })
    account.emit('account.updated', made, cause, undefined, id)
    return made
  }
}

/** `POST /v1/accounts/:id` */
export const updateAccount: Endpoint = ({ account, params, id, cause }) => {
  params.only('email', 'capabilities', 'metadata', 'settings', 'business_type')
  const found = findAccount(account.store, id)
  const email = params.string('email') ?? found.email
  const metadata = params.metadata(found.metadata)
  const capabilities = requested(params)
  const interval = payoutInterval(params) ?? found.settings.payouts.schedule.interval
  return () => {
    found.email = email
    found.metadata = metadata
    found.settings.payouts.schedule.interval = interval
    for (const name of capabilities) {
      found.capabilities[name] ??= found.payouts_enabled ? 'active' : 'inactive'
    }
    account.emit('account.updated', found, cause, undefined, id)
    return found
  }
}

/** `POST /v1/account_links`: an address of the onboarding page, good once and for five minutes. */
export const createAccountLink: Endpoint = ({ account, params }) => {
  params.only('account', 'refresh_url', 'return_url', 'type', 'collection_options')
  const found = findAccount(account.store, params.requiredString('account'), 'account')
  const returnUrl = address(params, 'return_url')
  const refreshUrl = address(params, 'refresh_url')
  const type = params.oneOf('type', ['account_onboarding', 'account_update'])
  if (type === null) {
    throw invalidRequest('Missing required param: type.', { code: 'parameter_missing', param: 'type' })
  }
  return () => {
    const token = randomText(20)
    account.onboarding.set(token, {
      account: found.id,
      returnUrl,
      refreshUrl,
      expiresAt: now() + LINK_WITHIN_S,
      isUsed: false,
    })
    return {
      object: 'account_link',
      created: now(),
      expires_at: now() + LINK_WITHIN_S,
      url: `${account.publicUrl}${ONBOARDING_PATH}${token}`,
    }
  }
}

/** How an account stands after its holder, or the provider, has decided something. */
export type Standing = 'enabled' | 'restricted' | 'rejected'

/**
 * Changes how an account stands, as its holder's answers or the provider's own checks do, and tells of it.
 * @param bank where payouts go from now on
 */
export function setStanding(
  account: Account,
  found: ConnectedAccount,
  standing: Standing,
  bank: TestBank | null = null,
  cause: Cause = { requestId: null, idempotencyKey: null },
): void {
  const isEnabled = standing === 'enabled'
  found.details_submitted = true
  found.payouts_enabled = isEnabled
  found.charges_enabled = isEnabled && found.capabilities['card_payments'] !== undefined
  for (const name of Object.keys(found.capabilities)) {
    found.capabilities[name] = isEnabled ? 'active' : 'inactive'
  }
  found.requirements = isEnabled
    ? due([], null)
    : standing === 'restricted'
    ? due(PAPERS, 'requirements.past_due')
    : due([], 'rejected.fraud')
  if (bank !== null) {
    found.external_accounts.data = [{
      id: newId('ba'),
      object: 'bank_account',
      account: found.id,
      bank_name: 'STRIPE TEST BANK',
      country: found.country,
      currency: found.default_currency,
      last4: TEST_BANKS[bank].last4,
      routing_number: '110000000',
      status: 'new',
    }]
  }
  account.emit('account.updated', found, cause, undefined, found.id)
}

/** @throws {StripeError} 404 unless there is such an account */
export function findAccount(store: Store, id: string, param = 'id'): ConnectedAccount {
  const found = store.accounts.get(id)
  if (!found) throw noSuch('account', id, param)
  return found
}

function due(names: string[], reason: string | null): ConnectedAccount['requirements'] {
  return {
    current_deadline: null,
    currently_due: [...names],
    disabled_reason: reason,
    errors: [],
    eventually_due: [...names],
    past_due: reason === 'requirements.past_due' ? [...names] : [],
    pending_verification: [],
  }
}

function requested(params: Params): string[] {
  const wanted = params.object('capabilities')?.only('transfers', 'card_payments') ?? null
  return ['transfers', 'card_payments'].filter((name) =>
    wanted?.object(name)?.only('requested').boolean('requested') === true
  )
}

function payoutInterval(params: Params): string | null {
  return params.object('settings')?.only('payouts').object('payouts')?.only('schedule')
    .object('schedule')?.only('interval').oneOf('interval', ['manual', 'daily', 'weekly', 'monthly']) ?? null
}

function address(params: Params, name: string): string {
  const value = params.requiredString(name)
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: name })
}
