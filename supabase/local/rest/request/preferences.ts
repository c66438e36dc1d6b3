/** The Prefer header. */

/** What a client prefers, as far as it is understood. */
export interface Preferences {
  readonly resolution: 'merge-duplicates' | 'ignore-duplicates' | undefined
  readonly return: 'representation' | 'headers-only' | 'minimal' | undefined
  readonly count: 'exact' | 'planned' | 'estimated' | undefined
  readonly tx: 'commit' | 'rollback' | undefined
  readonly missing: 'default' | 'null' | undefined
  readonly handling: 'strict' | 'lenient' | undefined
  /** A zone or an offset, as Postgres takes it; what it does not take, it refuses. */
  readonly timezone: string | undefined
  readonly maxAffected: number | undefined
  /** What was not understood, or not accepted. */
  readonly invalid: readonly string[]
}

const CHOICES = {
  resolution: ['merge-duplicates', 'ignore-duplicates'],
  missing: ['default', 'null'],
  return: ['representation', 'headers-only', 'minimal'],
  count: ['exact', 'planned', 'estimated'],
  tx: ['commit', 'rollback'],
  handling: ['strict', 'lenient'],
} as const

type Choice = keyof typeof CHOICES

/** The order in which Preference-Applied names them. */
const APPLIED_ORDER = [
  'resolution',
  'missing',
  'return',
  'count',
  'tx',
  'handling',
  'timezone',
  'maxAffected',
] as const

const NONE: Preferences = {
  resolution: undefined,
  return: undefined,
  count: undefined,
  tx: undefined,
  missing: undefined,
  handling: undefined,
  timezone: undefined,
  maxAffected: undefined,
  invalid: [],
}

/**
 * Reads the header. The first of several preferences for the same thing wins.
 * @param allowTx whether the client may choose how the transaction ends
 */
export function parsePreferences(header: string | undefined, allowTx: boolean): Preferences {
  if (header === undefined) return NONE
  const parts = header.split(',').map((part) => part.trim())
  const chosen: Partial<Record<Choice, string>> = {}
  const invalid: string[] = []
  let timezone: string | undefined
  let maxAffected: number | undefined
  for (const part of parts) {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0))
    const value = part.slice(at + 1)
    const choice = Object.hasOwn(CHOICES, name) ? (name as Choice) : undefined
    if (choice !== undefined && (CHOICES[choice] as readonly string[]).includes(value)) {
      chosen[choice] ??= value
    } else if (name === 'timezone') timezone ??= value
    else if (name === 'max-affected') maxAffected ??= /^-?\d+$/.test(value) ? Number(value) : undefined
    else if (part !== '') invalid.push(part)
  }
  const { tx, ...others } = chosen
  return {
    ...NONE,
    ...(others as Partial<Preferences>),
    tx: allowTx ? (tx as Preferences['tx']) : undefined,
    timezone,
    maxAffected: chosen.handling === 'strict' ? maxAffected : undefined,
    invalid,
  }
}

/** The value of Preference-Applied for those preferences that an operation honours; undefined if there are none. */
export function appliedPreferences(
  preferences: Preferences,
  honoured: readonly (typeof APPLIED_ORDER)[number][],
): string | undefined {
  const applied = APPLIED_ORDER
    .filter((name) => honoured.includes(name) && preferences[name] !== undefined)
    .map((name) => `${name === 'maxAffected' ? 'max-affected' : name}=${preferences[name]}`)
  return applied.length === 0 ? undefined : applied.join(', ')
}
