/** One number, and what was promised about it. */
export interface Measurement {
  name: string
  value: number
  unit: '' | 'x' | 'ms' | 'MB' | '/s' | '%'
  atLeast?: number
  atMost?: number
}

/** Prints measurements as a table, each with what was promised and whether it holds. */
export function report(title: string, measurements: Measurement[]): void {
  console.log(`\n${title}`)
  for (const { name, value, unit, atLeast, atMost } of measurements) {
    const shown = `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`.trim()
    const promised = atLeast !== undefined
      ? `at least ${atLeast}`
      : atMost !== undefined
      ? `at most ${atMost}`
      : ''
    const holds = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
    console.log(
      `  ${name.padEnd(52)} ${shown.padStart(12)}   ${
        promised === '' ? '' : `${holds ? '✓' : '✗'} ${promised}`
      }`,
    )
  }
}
