/** The languages that people are written to in. */
export const LANGUAGES = ['en', 'de'] as const
/** See {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number]

/** How somebody reads. */
export interface Reading {
  language: Language
  /** BCP 47, in which numbers and dates are written: always one of `language`. */
  locale: string
}

/**
 * What to write to somebody in. Who reads none of our languages gets English, with numbers and dates as their country
 * writes them in English: a sentence in one language with a date in another is hard to read.
 * @param wanted BCP 47, as a profile has it
 */
export function readingOf(wanted: string | null | undefined): Reading {
  const locale = localeOf(wanted)
  const language = LANGUAGES.find((ours) => ours === locale?.language) ?? 'en'
  return { language, locale: [language, locale?.region].filter(Boolean).join('-') }
}

function localeOf(wanted: string | null | undefined): Intl.Locale | null {
  try {
    return new Intl.Locale(wanted ?? '')
  } catch {
    return null
  }
}
