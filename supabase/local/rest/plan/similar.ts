/** Guesses what a misspelt name was meant to be, for the hints of errors. */

/** Guesses below this are not worth making. */
const LEAST_SCORE = 0.33

/** A guess. */
interface Scored {
  readonly text: string
  /** From 0 to 1; 1 is the same text but for case. */
  readonly score: number
}

/**
 * The most similar text: candidates are found by shared pieces of three or two letters, and ranked by how few letters
 * would have to change.
 */
export function closestScored(
  candidates: readonly string[],
  text: string,
  least = LEAST_SCORE,
): Scored | undefined {
  const wanted = normalise(text)
  const distinct = [...new Set(candidates)]
  const exact = distinct.find((candidate) => normalise(candidate) === wanted)
  if (exact !== undefined) return { text: exact, score: 1 }
  for (const size of [3, 2]) {
    const scored = distinct
      .filter((candidate) => sharesPieces(normalise(candidate), wanted, size))
      .map((candidate) => ({ text: candidate, score: likeness(normalise(candidate), wanted) }))
      .filter(({ score }) => score >= least)
      .sort((left, right) => right.score - left.score)
    if (scored.length > 0) return scored[0]
  }
  return undefined
}

/** The most similar text, if one is similar enough. */
export const closest = (candidates: readonly string[], text: string, least?: number): string | undefined =>
  closestScored(candidates, text, least)?.text

const normalise = (text: string) => text.toLowerCase()

function sharesPieces(left: string, right: string, size: number): boolean {
  const pieces = (text: string) => {
    const padded = `-${text.replace(/[^a-z0-9\u00e0-\u00ff, ]+/g, '')}-`
    return Array.from(
      { length: Math.max(padded.length - size + 1, 0) },
      (_, at) => padded.slice(at, at + size),
    )
  }
  const known = new Set(pieces(left))
  return pieces(right).some((piece) => known.has(piece))
}

function likeness(left: string, right: string): number {
  const longest = Math.max(left.length, right.length)
  return longest === 0 ? 1 : 1 - distance(left, right) / longest
}

/** Levenshtein distance. */
function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const change = left[row - 1] === right[column - 1] ? 0 : 1
      current.push(Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + change))
    }
    previous = current
  }
  return previous[right.length]!
}
