import type { CalendarMethod } from '../_shared/ics.ts'
import type { Language } from '../_shared/language.ts'
import { WORDS } from './words.ts'

/** A mail before it is laid out: everything in it is plain text, so that nothing can be forgotten to be escaped. */
export interface Letter {
  language: Language
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

/**
 * Lays a letter out, as HTML that old mail programs understand and as plain text.
 * @param endingUrl where the reader ends letters of this kind; null where nobody can
 */
export function render(letter: Letter, endingUrl: string | null = null): Rendered {
  return {
    subject: oneLine(letter.subject),
    html: htmlOf(letter, endingUrl),
    text: textOf(letter, endingUrl),
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

/** What is told to a browser. */
interface Told {
  notification_id: string
  kind: string
  title: string
  body?: string | null | undefined
  data?: Record<string, unknown> | null | undefined
}

/** Push services take 4096 bytes, of which encryption needs 103; a browser shows far less. */
const LARGEST_PUSH_BYTES = 3900
const LONGEST_PUSH_BODY = 400

/** The JSON that a service worker shows; without `data` where that would make it too large. */
export function pushText(told: Told): string {
  const { notification_id: id, kind, title, body, data } = told
  const short = { id, kind, title: oneLine(title), body: body ? oneLine(body, LONGEST_PUSH_BODY) : null }
  const whole = JSON.stringify({ ...short, data: data ?? {} })
  return new TextEncoder().encode(whole).length <= LARGEST_PUSH_BYTES
    ? whole
    : JSON.stringify({ ...short, data: {} })
}

/** Colours by day and by night, by the class of what has them. */
const COLORS = {
  page: { background: ['#f6f5f2', '#161615'] },
  card: { background: ['#ffffff', '#1f1f1d'], 'border-color': ['#e7e4dd', '#3a3934'] },
  ink: { color: ['#1d1d1b', '#ecebe7'] },
  quiet: { color: ['#6b6a66', '#a5a39b'] },
  line: { 'border-color': ['#e7e4dd', '#3a3934'] },
  button: { background: ['#1e5c45', '#74c3a2'], color: ['#ffffff', '#10201a'] },
} satisfies Record<string, Record<string, [day: string, night: string]>>

/** On every cell: where a program takes the doctype away, tables inherit neither fonts nor colours. */
const TEXT = 'font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55;'
const SMALL = TEXT.replace('16px', '13px')
const [DAY, NIGHT] = [0, 1]

/** The declarations of these classes, for programs that know no style sheets. */
function colors(...classes: (keyof typeof COLORS)[]): string {
  return classes.flatMap((name) => declarations(name, DAY)).join('')
}

function declarations(name: keyof typeof COLORS, time: number, ending = ''): string[] {
  return Object.entries(COLORS[name]).map(([property, values]) => `${property}:${values[time]}${ending};`)
}

const NIGHT_RULES = (Object.keys(COLORS) as (keyof typeof COLORS)[])
  .map((name) => `.${name}{${declarations(name, NIGHT, '!important').join('')}}`)

/**
 * Mail programs that know the reader's wish for darkness follow the media query. Outlook's web pages have a mark of
 * their own instead, and darken everything by themselves that they do not find there.
 */
const STYLE = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){${NIGHT_RULES.join('')}}
${NIGHT_RULES.map((rule) => `[data-ogsc] ${rule}`).join('')}`

/**
 * Tables carry the layout, colours stand on each element and once more as attributes: that is what programs of twenty
 * years have in common. Outlook for Windows reads neither widths that give way nor fonts that it does not have, hence
 * what only it reads (`mso`).
 */
function htmlOf(letter: Letter, endingUrl: string | null): string {
  const { language } = letter
  const [page, card] = [COLORS.page.background[DAY], COLORS.card.background[DAY]]
  return `<!doctype html>
<html lang="${language}" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escapeHtml(oneLine(letter.subject))}</title>
<style>
${STYLE}
</style>
</head>
<body class="page" bgcolor="${page}" style="margin:0;padding:0;${colors('page')}">
${
    table(`class="page" width="100%" bgcolor="${page}" style="${colors('page')}"`)
  }<tr><td align="center" style="padding:32px 16px">
<!--[if mso]>${table('width="560"')}<tr><td><![endif]-->
${
    table(
      `class="card" width="100%" bgcolor="${card}" style="max-width:560px;border:1px solid;border-radius:12px;${
        colors('card')
      }"`,
    )
  }
<tr><td class="ink" style="padding:32px;${TEXT}${colors('ink')}">
<h1 class="ink" style="margin:0 0 20px;font-size:22px;line-height:1.3;font-weight:bold;${colors('ink')}">${
    escapeHtml(letter.heading)
  }</h1>
${letter.blocks.map(blockHtml).join('\n')}
${
    table('width="100%" style="margin:28px 0 0"')
  }<tr><td class="line quiet" style="padding-top:16px;border-top:1px solid;${SMALL}${
    colors('line', 'quiet')
  }">${escapeHtml(letter.sender)}${
    endingUrl === null
      ? ''
      : `<br><a href="${escapeHtml(endingUrl)}" class="quiet" style="${colors('quiet')}">${
        escapeHtml(WORDS[language].ending)
      }</a>`
  }</td></tr></table>
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>`
}

function table(attributes: string): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0" ${attributes}>`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p style="margin:0 0 16px">${lines(block.text)}</p>`
    case 'quote':
      return `${
        table('width="100%" style="margin:0 0 16px"')
      }<tr><td class="line quiet" style="padding:2px 0 2px 14px;border-left:3px solid;${TEXT}${
        colors('line', 'quiet')
      }">${lines(block.text)}</td></tr></table>`
    case 'table':
      return `${table('width="100%" style="margin:0 0 20px"')}${block.rows.map(rowHtml).join('')}</table>`
    case 'button':
      // The cell has the colour too: Outlook for Windows pads no link.
      return `${table('style="margin:24px 0"')}<tr><td class="button" bgcolor="${
        COLORS.button.background[DAY]
      }" style="border-radius:9px;${TEXT}${colors('button')}"><a class="button" href="${
        escapeHtml(block.url)
      }" style="display:inline-block;padding:12px 22px;border-radius:9px;text-decoration:none;font-weight:bold;${
        colors('button')
      }">${escapeHtml(block.label)}</a></td></tr></table>`
  }
}

function rowHtml(
  row: { label: string; detail?: string | undefined; value: string; strong?: boolean },
): string {
  const detail = row.detail
    ? `<br><span class="quiet" style="font-size:13px;font-weight:normal;${colors('quiet')}">${
      escapeHtml(row.detail)
    }</span>`
    : ''
  const cell = `padding:8px 0;border-bottom:1px solid;vertical-align:top;${
    row.strong ? 'font-weight:bold;' : ''
  }${TEXT}${colors('line', 'ink')}`
  return `<tr><td class="line ink" valign="top" style="${cell}">${escapeHtml(row.label)}${detail}</td>` +
    `<td class="line ink" align="right" valign="top" style="${cell}padding-left:16px">${
      escapeHtml(row.value)
    }</td></tr>`
}

const lines = (text: string) => escapeHtml(text).replaceAll('\n', '<br>')

function textOf(letter: Letter, endingUrl: string | null): string {
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
  const foot = `-- \n${letter.sender}${
    endingUrl === null ? '' : `\n${WORDS[letter.language].ending}: ${endingUrl}`
  }`
  return [letter.heading, ...blocks, foot].join('\n\n')
}
