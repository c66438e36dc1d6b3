import type { CalendarMethod } from '../_shared/ics.ts'

/** A mail before it is laid out: everything in it is plain text, so that nothing can be forgotten to be escaped. */
export interface Letter {
  subject: string
  heading: string
  blocks: Block[]
  /** Who writes: stands at the foot. */
  sender: string
  /** The letter in a sentence, for people who are reached by text only; absent where it can wait for the app. */
  brief?: string
  /** What a calendar program makes of it. */
  calendar?: CalendarPart
}

/** A calendar that goes with a letter. */
export interface CalendarPart {
  method: CalendarMethod
  content: string
}

/** A part of a letter. */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'quote'; text: string }
  /** Rows of a label and what stands at its right; `strong` rows are sums. */
  | { kind: 'table'; rows: { label: string; detail?: string | undefined; value: string; strong?: boolean }[] }
  | { kind: 'button'; label: string; url: string }

/** A mail as providers take it. */
export interface Rendered {
  subject: string
  html: string
  text: string
  calendar?: CalendarPart
}

/** What mail programs show in a list; longer ones are cut there anyway. */
const LONGEST_SUBJECT = 150

/** Lays a letter out, as HTML that old mail programs understand and as plain text. */
export function render(letter: Letter): Rendered {
  return {
    subject: oneLine(letter.subject),
    html: htmlOf(letter),
    text: textOf(letter),
    ...(letter.calendar ? { calendar: letter.calendar } : {}),
  }
}

/** Longer texts cost a second and a third one. */
const LONGEST_BRIEF = 300

/** A letter as a text message: its sentence, and where it leads to; null if it is not worth one. */
export function shortText(letter: Letter): string | null {
  if (letter.brief === undefined) return null
  const button = letter.blocks.find((block) => block.kind === 'button')
  return [oneLine(letter.brief, LONGEST_BRIEF), button?.url].filter(Boolean).join(' ')
}

/** One line without control characters: a line break in a subject would begin a header of its own. */
export function oneLine(text: string, longest = LONGEST_SUBJECT): string {
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').replace(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}

/** Makes text safe inside HTML, in content and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const INK = '#1d1d1b'
const QUIET = '#6b6a66'
const LINE = '#e7e4dd'
const ACCENT = '#1e5c45'

function htmlOf(letter: Letter): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(oneLine(letter.subject))}</title>
</head>
<body style="margin:0;padding:0;background:#f6f5f2">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f6f5f2"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border:1px solid ${LINE};border-radius:12px">
<tr><td style="padding:32px;font:16px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:${INK}">
<h1 style="margin:0 0 20px;font-size:22px;line-height:1.3;font-weight:650">${escapeHtml(letter.heading)}</h1>
${letter.blocks.map(blockHtml).join('\n')}
<p style="margin:28px 0 0;padding-top:16px;border-top:1px solid ${LINE};font-size:13px;color:${QUIET}">${
    escapeHtml(letter.sender)
  }</p>
</td></tr></table>
</td></tr></table>
</body>
</html>`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p style="margin:0 0 16px">${lines(block.text)}</p>`
    case 'quote':
      return `<p style="margin:0 0 16px;padding:2px 0 2px 14px;border-left:3px solid ${LINE};color:${QUIET}">${
        lines(block.text)
      }</p>`
    case 'table':
      return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 20px">${
        block.rows.map(rowHtml).join('')
      }</table>`
    case 'button':
      return `<p style="margin:24px 0"><a href="${
        escapeHtml(block.url)
      }" style="display:inline-block;padding:12px 22px;border-radius:9px;background:${ACCENT};color:#ffffff;text-decoration:none;font-weight:600">${
        escapeHtml(block.label)
      }</a></p>`
  }
}

function rowHtml(
  row: { label: string; detail?: string | undefined; value: string; strong?: boolean },
): string {
  const weight = row.strong ? 'font-weight:650;' : ''
  const detail = row.detail
    ? `<br><span style="font-size:13px;color:${QUIET}">${escapeHtml(row.detail)}</span>`
    : ''
  const cell = `padding:8px 0;border-bottom:1px solid ${LINE};vertical-align:top;${weight}`
  return `<tr><td style="${cell}">${escapeHtml(row.label)}${detail}</td>` +
    `<td align="right" style="${cell}white-space:nowrap;padding-left:16px">${escapeHtml(row.value)}</td></tr>`
}

const lines = (text: string) => escapeHtml(text).replaceAll('\n', '<br>')

function textOf(letter: Letter): string {
  const blocks = letter.blocks.map((block) => {
    switch (block.kind) {
      case 'text':
        return block.text
      case 'quote':
        return block.text.split('\n').map((line) => `> ${line}`).join('\n')
      case 'table':
        return block.rows
          .map((row) => `${row.label}${row.detail ? ` (${row.detail})` : ''}: ${row.value}`)
          .join('\n')
      case 'button':
        return `${block.label}: ${block.url}`
    }
  })
  return [letter.heading, ...blocks, `-- \n${letter.sender}`].join('\n\n')
}
