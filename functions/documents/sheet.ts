import type { Language } from '../_shared/language.ts'

/** What stands on paper, before it is laid out: plain text, every amount and date as its reader reads it. */
export interface Sheet {
  language: Language
  title: string
  /** Who writes: name and address, a line each. */
  from: string[]
  to: string[]
  /** Number, dates: what it is called and what it refers to. */
  facts: { label: string; value: string }[]
  /** Heads of the columns: the first is text, the others are numbers. */
  columns: string[]
  rows: { cells: string[]; detail?: string | undefined }[]
  /** Below the table; `strong` ones are what matters. */
  sums: { label: string; value: string; strong?: boolean }[]
  notes: string[]
  /** At the foot of each page, before its number. */
  foot: string
  /** ISO 8601; the file says that it was made then, so that the same sheet is the same file. */
  issuedAt: string
}
