import PDFDocument from 'pdfkit'
import type { Sheet } from './sheet.ts'

/** TrueType files: of a receipt's texts nobody knows the script before. */
export interface Fonts {
  regular: Uint8Array
  bold: Uint8Array
}

/** A4, in points. */
const MARGIN = 56
const WIDTH = 595.28 - 2 * MARGIN
const BOTTOM = 841.89 - 72
/** Of each column of numbers; what is left has the text. */
const NUMBER_WIDTH = 92
const [INK, QUIET, LINE] = ['#1d1d1b', '#6b6a66', '#e0ddd5']

/** Lays a sheet out as PDF, on as many pages as it takes. */
export async function layOut(sheet: Sheet, fonts: Fonts): Promise<Uint8Array<ArrayBuffer>> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    // The foot of each page is written when their number is known.
    bufferPages: true,
    lang: sheet.language,
    displayTitle: true,
    font: fonts.regular as never,
    info: { Title: sheet.title, Author: sheet.from[0] ?? '', CreationDate: new Date(sheet.issuedAt) },
  })
  const written = collect(doc)
  doc.registerFont('regular', fonts.regular as never)
  doc.registerFont('bold', fonts.bold as never)

  // The head of a letter: who writes, what it is, and to whom.
  doc.font('bold').fontSize(10).fillColor(INK).text(sheet.from[0] ?? '', MARGIN, MARGIN, { width: WIDTH / 2 })
  doc.font('regular').fontSize(9).fillColor(QUIET).text(sheet.from.slice(1).join('\n'), { width: WIDTH / 2 })
  const belowSender = doc.y
  doc.y = MARGIN
  for (const { label, value } of sheet.facts) {
    const top = doc.y
    doc.fillColor(QUIET).text(label, MARGIN + WIDTH / 2, top, { width: WIDTH / 4 })
    doc.fillColor(INK).text(value, MARGIN + WIDTH * 3 / 4, top, { width: WIDTH / 4, align: 'right' })
    doc.y = Math.max(doc.y, top + 12)
  }
  doc.y = Math.max(belowSender, doc.y) + 24
  doc.fillColor(INK).text(sheet.to.join('\n'), MARGIN, doc.y, { width: WIDTH / 2 })
  doc.y += 24
  doc.font('bold').fontSize(18).text(sheet.title, MARGIN, doc.y, { width: WIDTH })
  doc.y += 12

  head(doc, sheet)
  for (const row of sheet.rows) writeRow(doc, sheet, row)
  doc.y += 6
  for (const { label, value, strong } of sheet.sums) {
    room(doc, 16)
    const top = doc.y
    doc.font(strong ? 'bold' : 'regular').fontSize(strong ? 11 : 9).fillColor(INK)
    doc.text(label, MARGIN + WIDTH / 2, top, { width: WIDTH / 2 - NUMBER_WIDTH })
    const end = doc.y
    doc.text(value, MARGIN + WIDTH - NUMBER_WIDTH, top, { width: NUMBER_WIDTH, align: 'right' })
    doc.y = Math.max(end, doc.y) + 3
  }
  doc.y += 18
  for (const note of sheet.notes) {
    room(doc, 30)
    doc.font('regular').fontSize(9).fillColor(QUIET).text(note, MARGIN, doc.y, { width: WIDTH })
    doc.y += 6
  }

  const { count } = doc.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page)
    // Below the margin, where text would otherwise begin another page.
    doc.page.margins.bottom = 0
    doc.font('regular').fontSize(8).fillColor(QUIET)
      .text(`${sheet.foot}${count > 1 ? ` · ${page + 1}/${count}` : ''}`, MARGIN, 841.89 - 48, {
        width: WIDTH,
        align: 'center',
        lineBreak: false,
      })
  }
  doc.end()
  return await written
}

type Doc = InstanceType<typeof PDFDocument>

/** The columns' heads, on every page that has rows. */
function head(doc: Doc, sheet: Sheet): void {
  doc.font('bold').fontSize(9).fillColor(QUIET)
  cells(doc, sheet.columns)
  rule(doc)
}

function writeRow(doc: Doc, sheet: Sheet, row: Sheet['rows'][number]): void {
  doc.font('regular').fontSize(9)
  const width = textWidth(sheet.columns.length)
  const height = doc.heightOfString(row.cells[0]!, { width }) +
    (row.detail ? doc.heightOfString(row.detail, { width }) : 0) + 8
  if (doc.y + height > BOTTOM) {
    doc.addPage()
    head(doc, sheet)
    doc.font('regular').fontSize(9)
  }
  doc.fillColor(INK)
  cells(doc, row.cells)
  if (row.detail) doc.fillColor(QUIET).text(row.detail, MARGIN, doc.y, { width })
  rule(doc)
}

function cells(doc: Doc, texts: string[]): void {
  const top = doc.y
  const width = textWidth(texts.length)
  let end = top
  texts.forEach((text, index) => {
    const left = index === 0 ? MARGIN : MARGIN + width + (index - 1) * NUMBER_WIDTH
    doc.text(text, left, top, {
      width: index === 0 ? width - 8 : NUMBER_WIDTH,
      align: index === 0 ? 'left' : 'right',
    })
    end = Math.max(end, doc.y)
  })
  doc.y = end
}

const textWidth = (columns: number) => WIDTH - (columns - 1) * NUMBER_WIDTH

function rule(doc: Doc): void {
  doc.y += 3
  doc.moveTo(MARGIN, doc.y).lineTo(MARGIN + WIDTH, doc.y).lineWidth(0.5).strokeColor(LINE).stroke()
  doc.y += 5
}

/** Begins another page where there is not so much room any more. */
function room(doc: Doc, height: number): void {
  if (doc.y + height > BOTTOM) doc.addPage()
}

function collect(doc: Doc): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    doc.on('data', (part: Uint8Array) => parts.push(part))
    doc.on('error', reject)
    doc.on('end', () => {
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        whole.set(part, at)
        at += part.length
      }
      resolve(whole)
    })
  })
}
