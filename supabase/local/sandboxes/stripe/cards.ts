/** What a test card does when it is charged (https://docs.stripe.com/testing). */
export interface CardBehaviour {
  /** Refused with this error; absent = accepted. */
  decline?: { code: string; declineCode: string; message: string }
  /** Wants its holder to confirm the payment first. */
  needsAuthentication?: true
  /** Accepted, then disputed by its holder. */
  disputed?: true
  /** What it pays can be moved on at once, not two days later. */
  available?: true
  /** How refunds to it go; absent = at once. */
  refund?: 'pending' | 'failing'
}

/** A card as the sandbox keeps it: never the number, only what a payment method shows. */
export interface Card {
  brand: string
  last4: string
  behaviour: CardBehaviour
}

const DECLINED = 'Your card was declined.'
const declined = (declineCode: string, message = DECLINED, code = 'card_declined'): CardBehaviour => ({
  decline: { code, declineCode, message },
})

const GENERIC = declined('generic_decline')
const NO_FUNDS = declined('insufficient_funds', 'Your card has insufficient funds.')
const LOST = declined('lost_card')
const STOLEN = declined('stolen_card')
const EXPIRED = declined('expired_card', 'Your card has expired.', 'expired_card')
const WRONG_CVC = declined('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc')
const PROCESSING = declined(
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
  'processing_error',
)
const AUTHENTICATION: CardBehaviour = { needsAuthentication: true }

/** Every supported card: number, brand, behaviour, and the names it goes by as `pm_card_<name>` or `tok_<name>`. */
const CARDS: { number: string; brand: string; behaviour: CardBehaviour; names: string[] }[] = [
  { number: '4242424242424242', brand: 'visa', behaviour: {}, names: ['visa'] },
  { number: '4000056655665556', brand: 'visa', behaviour: {}, names: ['visa_debit'] },
  { number: '5555555555554444', brand: 'mastercard', behaviour: {}, names: ['mastercard'] },
  { number: '378282246310005', brand: 'amex', behaviour: {}, names: ['amex'] },
  { number: '6011111111111117', brand: 'discover', behaviour: {}, names: ['discover'] },
  { number: '4000003560000008', brand: 'visa', behaviour: {}, names: ['in'] },
  {
    number: '4000000000000002',
    brand: 'visa',
    behaviour: GENERIC,
    names: ['chargeDeclined', 'visa_chargeDeclined'],
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    behaviour: NO_FUNDS,
    names: ['chargeDeclinedInsufficientFunds', 'visa_chargeDeclinedInsufficientFunds'],
  },
  {
    number: '4000000000009987',
    brand: 'visa',
    behaviour: LOST,
    names: ['chargeDeclinedLostCard', 'visa_chargeDeclinedLostCard'],
  },
  {
    number: '4000000000009979',
    brand: 'visa',
    behaviour: STOLEN,
    names: ['chargeDeclinedStolenCard', 'visa_chargeDeclinedStolenCard'],
  },
  { number: '4000000000000069', brand: 'visa', behaviour: EXPIRED, names: ['chargeDeclinedExpiredCard'] },
  { number: '4000000000000127', brand: 'visa', behaviour: WRONG_CVC, names: ['chargeDeclinedIncorrectCvc'] },
  {
    number: '4000000000000119',
    brand: 'visa',
    behaviour: PROCESSING,
    names: ['chargeDeclinedProcessingError'],
  },
  {
    number: '4000002500003155',
    brand: 'visa',
    behaviour: AUTHENTICATION,
    names: ['authenticationRequiredOnSetup'],
  },
  { number: '4000002760003184', brand: 'visa', behaviour: AUTHENTICATION, names: ['authenticationRequired'] },
  {
    number: '4000000000003220',
    brand: 'visa',
    behaviour: AUTHENTICATION,
    names: ['threeDSecure2Required', 'threeDSecureRequired'],
  },
  {
    number: '4000008260003178',
    brand: 'visa',
    behaviour: { ...AUTHENTICATION, ...NO_FUNDS },
    names: ['authenticationRequiredChargeDeclinedInsufficientFunds'],
  },
  {
    number: '4000000000000077',
    brand: 'visa',
    behaviour: { available: true },
    names: ['bypassPending', 'visa_bypassPending'],
  },
  { number: '4000000000000259', brand: 'visa', behaviour: { disputed: true }, names: ['createDispute'] },
  { number: '4000000000007726', brand: 'visa', behaviour: { refund: 'pending' }, names: ['pendingRefund'] },
  { number: '4000000000005126', brand: 'visa', behaviour: { refund: 'failing' }, names: ['refundFail'] },
]

/** The test card behind `pm_card_<name>`, `tok_<name>`, or null. */
export function cardByToken(token: string): Card | null {
  const name = /^(?:pm_card|tok)_(.+)$/.exec(token)?.[1]
  const card = CARDS.find((candidate) => name !== undefined && candidate.names.includes(name))
  return card ? { brand: card.brand, last4: card.number.slice(-4), behaviour: card.behaviour } : null
}

/**
 * The test card with this number. Null for a number that fails the check digit; a number that is well formed but no
 * test card is declined when charged, as in Stripe's test mode.
 */
export function cardByNumber(number: string): Card | null {
  const digits = number.replace(/[\s-]/g, '')
  if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits)) return null
  const known = CARDS.find((card) => card.number === digits)
  if (known) return { brand: known.brand, last4: digits.slice(-4), behaviour: known.behaviour }
  return { brand: 'unknown', last4: digits.slice(-4), behaviour: declined('test_mode_live_card') }
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}
