import type { Language } from '../_shared/language.ts'
import type { Block } from './layout.ts'
import type { Words } from './words.ts'

/** What every template may use. */
export interface Setting {
  /** Addresses in mails begin with it. */
  siteUrl: string
  language: Language
  /** BCP 47, for numbers and dates. */
  locale: string
  words: Words
}

/** A paragraph. */
export const text = (words: string): Block => ({ kind: 'text', text: words })

/** What somebody wrote, or an address. */
export const quote = (words: string): Block => ({ kind: 'quote', text: words })

/** Rows of a label and its value. */
export const table = (rows: Extract<Block, { kind: 'table' }>['rows']): Block => ({ kind: 'table', rows })

/** A link to a page of the shop. */
export function button(label: string, setting: { siteUrl: string }, ...path: string[]): Block {
  return {
    kind: 'button',
    label,
    url: new URL(path.map(encodeURIComponent).join('/'), `${setting.siteUrl}/`).href,
  }
}
