import { invalidRobotsTag } from './errors.ts'

/** The rules of X-Robots-Tag that stand alone, and those that take a value. */
const ALONE = new Set([
  'all',
  'noindex',
  'nofollow',
  'none',
  'noarchive',
  'nocache',
  'nosnippet',
  'indexifembedded',
  'notranslate',
  'noimageindex',
])
const WITH_VALUE = new Set(['max-snippet', 'max-image-preview', 'max-video-preview', 'unavailable_after'])

/** How searchers' robots are named. */
const ROBOT = /^[a-z][a-z0-9_-]*$/i

/**
 * Checks a header X-Robots-Tag that an upload carries: rules, separated by commas, each of which may name a robot.
 * @throws {StorageError} InvalidXRobotsTag
 */
export function checkRobotsTag(value: string): void {
  for (const part of value.split(',').map((text) => text.trim())) {
    const words = part.split(':').map((text) => text.trim())
    // `googlebot: nofollow` is a rule for one robot; `max-snippet: 10` a rule with a value.
    const rule = isRule(words) || (words.length > 1 && ROBOT.test(words[0]!) && isRule(words.slice(1)))
    if (!rule) throw invalidRobotsTag(part)
  }
}

function isRule(words: string[]): boolean {
  const name = words[0]!.toLowerCase()
  return words.length === 1 ? ALONE.has(name) : WITH_VALUE.has(name) && words.slice(1).join(':') !== ''
}
