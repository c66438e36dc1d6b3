import { invalidRequest } from './errors.ts'

/** Currencies without a smaller unit: an amount of 100 is 100 units. */
const ZERO_DECIMAL = words('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf')
/** Currencies with three decimals, of which the last must be zero. */
const THREE_DECIMAL = words('bhd jod kwd omr tnd')
const TWO_DECIMAL = words(
  `usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc
   cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd
   kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr
   pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu uzs wst xcd yer
   zar zmw`,
)

/** Smallest charge, in minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const MINIMUM = new Map(Object.entries({
  usd: 50,
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}))

/** Largest charge: eight digits. */
const MAXIMUM = 99_999_999

/** @throws {StripeError} unless it is a currency that charges can be made in; returns it in lower case */
export function checkCurrency(currency: string): string {
  const code = currency.toLowerCase()
  if (TWO_DECIMAL.has(code) || ZERO_DECIMAL.has(code) || THREE_DECIMAL.has(code)) return code
  throw invalidRequest(`Invalid currency: ${code}. This currency is not supported.`, { param: 'currency' })
}

/** @throws {StripeError} if `amount` minor units of `currency` cannot be charged */
export function checkAmount(amount: number, currency: string): void {
  const minimum = MINIMUM.get(currency) ?? 1
  if (amount < minimum) {
    throw invalidRequest(`Amount must be at least ${inWords(minimum, currency)}`, {
      code: 'amount_too_small',
      param: 'amount',
    })
  }
  if (amount > MAXIMUM) {
    throw invalidRequest(`Amount must be no more than ${inWords(MAXIMUM, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    })
  }
  if (THREE_DECIMAL.has(currency) && amount % 10 !== 0) {
    throw invalidRequest(
      `Invalid amount: the last digit of an amount in ${currency} must be 0, because it is settled with two decimals.`,
      { code: 'invalid_charge_amount', param: 'amount' },
    )
  }
}

/** An amount as a person reads it: `12.50 usd`, `500 jpy`. */
export function inWords(amount: number, currency: string): string {
  const decimals = ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2
  return `${(amount / 10 ** decimals).toFixed(decimals)} ${currency}`
}

function words(text: string): Set<string> {
  return new Set(text.split(/\s+/))
}
