import en from './words/en.ts'

type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
/** One language: a sentence for each key, or several by number. */
export type Words = Record<keyof typeof en, string | Plural>
type Key = keyof typeof en

/** The languages of the shop, in their own words. */
export const LANGUAGES = { en: 'English', ar: 'العربية' } as const
export type Language = keyof typeof LANGUAGES

const RIGHT_TO_LEFT: readonly Language[] = ['ar']
const CHOSEN = 'language'

let words: Words = en

/** The language that was chosen here, else the first one of the browser that there is. */
export const language: Language = [localStorage.getItem(CHOSEN), ...navigator.languages]
  .map((tag) => tag?.split('-')[0])
  .find((tag): tag is Language => tag !== undefined && tag in LANGUAGES) ?? 'en'

/** Loads the words of another language than English, before anything is shown. */
export async function prepareLanguage(): Promise<void> {
  document.documentElement.lang = language
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr'
  if (language === 'ar') words = (await import('./words/ar.ts')).default
}

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(CHOSEN, chosen)
  location.reload()
}

export function hasWords(key: string): key is Key {
  return key in en
}

/** The sentence of a key; `{name}` in it is replaced, and `count` chooses among its forms. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry = words[key]
  const sentence = typeof entry === 'string'
    ? entry
    : entry[new Intl.PluralRules(language).select(Number(values['count']))] ?? entry.other
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : typeof value === 'number' ? number(value) : value
  })
}

export function number(value: number): string {
  return new Intl.NumberFormat(language).format(value)
}

const currencyFormat = (currency: string) => new Intl.NumberFormat(language, { style: 'currency', currency })

/** How many digits a currency has after the point: 2 for USD, 0 for JPY. */
export function decimalsOf(currency: string): number {
  return currencyFormat(currency).resolvedOptions().maximumFractionDigits ?? 2
}

/** An amount of minor units, as people write it. */
export function money(amount: number, currency: string): string {
  return currencyFormat(currency).format(amount / 10 ** decimalsOf(currency))
}

/** Minor units of what a person typed; NaN for what is no amount. */
export function amountOf(typed: string, currency: string): number {
  const plain = typed.trim().replace(',', '.')
  return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10 ** decimalsOf(currency)) : NaN
}

/** An amount of minor units, as people type it into a field. */
export function amountText(amount: number, currency: string): string {
  const decimals = decimalsOf(currency)
  return (amount / 10 ** decimals).toFixed(decimals)
}

/** The day and the minute, on the visitor's clock unless told otherwise. */
export function moment(instant: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(instant))
}

/** A date of a calendar, such as `2030-12-24`: it is the same wherever it is read. */
export function day(date: string): string {
  return new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
    .format(new Date(`${date}T12:00:00Z`))
}

/** What the clock on a wall shows, `2030-12-24T09:00`, wherever it is read. */
export function localMoment(local: string): string {
  return moment(`${local}Z`, 'UTC')
}

/** The name of a weekday; 1 is Monday. */
export function weekdayName(weekday: number): string {
  // The first of January 2024 was one.
  return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' })
    .format(new Date(Date.UTC(2024, 0, weekday, 12)))
}

/** The minute of the day, on the visitor's clock unless told otherwise. */
export function timeOfDay(instant: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, {
    timeStyle: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  })
    .format(new Date(instant))
}

export function percent(basisPoints: number): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 })
    .format(basisPoints / 10_000)
}

/** The name of a country in the visitor's language. */
export function country(code: string): string {
  return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code
}
