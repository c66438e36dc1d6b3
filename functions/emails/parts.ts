import type { Block } from './layout.ts'

/** A paragraph. */
export const text = (words: string): Block => ({ kind: 'text', text: words })

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
