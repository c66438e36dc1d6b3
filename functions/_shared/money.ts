/**
 * An amount as a person reads it. How many decimals the minor unit has is the currency's business (none for JPY, three
 * for KWD).
 * @param amount minor units
 * @param currency ISO 4217
 */
export function formatMoney(amount: number, currency: string, locale = 'en'): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  })
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2
  // Shifted as text: dividing would go through a fraction that binary numbers do not have.
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0')
  const shifted = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return format.format(`${amount < 0 ? '-' : ''}${shifted}` as Intl.StringNumericLiteral)
}

/**
 * An instant as it reads on the clock of a place.
 * @param instant ISO 8601
 * @param timeZone IANA name; one that is unknown reads as UTC and says so
 */
export function formatInstant(instant: string, timeZone: string, locale = 'en'): string {
  const date = new Date(instant)
  const format = (zone: string) =>
    new Intl.DateTimeFormat(locale, {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: zone,
    }).format(date)
  try {
    return `${format(timeZone)} (${timeZone.replaceAll('_', ' ')})`
  } catch {
    return `${format('UTC')} (UTC)`
  }
}

/** The day of an instant by the clock of a place. */
export function formatDay(instant: string, timeZone: string, locale = 'en'): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(new Date(instant))
}
