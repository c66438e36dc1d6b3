import type { Language } from '../_shared/language.ts'
import { de } from './german.ts'
import { en, type Words } from './english.ts'

export type { Words }

/** What letters say, by language. */
export const WORDS: Record<Language, Words> = { en, de }
