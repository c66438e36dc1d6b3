/** When a job runs: every so many seconds, at certain minutes, or once when the platform starts. */
export type Schedule =
  | { kind: 'interval'; seconds: number }
  | {
    kind: 'calendar'
    minutes: Set<number>
    hours: Set<number>
    days: Set<number>
    months: Set<number>
    weekdays: Set<number>
    lastDay: boolean
    anyDay: boolean
    anyWeekday: boolean
  }
  | { kind: 'start' }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const SHORTHANDS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/**
 * Reads pg_cron's syntax: five cron fields (lists, ranges, steps, names, `$` for the last day of the month), a
 * shorthand such as `@daily`, or `[1-59] seconds`.
 * @returns undefined for what is none of these
 */
export function parseSchedule(text: string): Schedule | undefined {
  const trimmed = text.trim().toLowerCase()
  if (trimmed === '@reboot') return { kind: 'start' }
  const interval = /^(\d{1,2})\s+seconds?$/.exec(trimmed)
  if (interval !== null) {
    const seconds = Number(interval[1])
    return seconds >= 1 && seconds <= 59 ? { kind: 'interval', seconds } : undefined
  }
  const fields = (SHORTHANDS[trimmed] ?? trimmed).split(/[ \t]+/)
  if (fields.length !== 5) return undefined
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string]
  const lastDay = day === '$'
  const minutes = parseField(minute, 0, 59)
  const hours = parseField(hour, 0, 23)
  const days = lastDay ? new Set<number>() : parseField(day, 1, 31)
  const months = parseField(month, 1, 12, MONTHS)
  const weekdays = parseField(weekday, 0, 7, WEEKDAYS)
  if (!minutes || !hours || !days || !months || !weekdays) return undefined
  if (weekdays.has(7)) weekdays.add(0) // both are Sunday
  return {
    kind: 'calendar',
    minutes,
    hours,
    days,
    months,
    weekdays,
    lastDay,
    anyDay: day.startsWith('*'),
    anyWeekday: weekday.startsWith('*'),
  }
}

/** Whether a calendar schedule has a run in the minute of `at`; in UTC, as on the platform. */
export function isDue(schedule: Schedule & { kind: 'calendar' }, at: Date): boolean {
  if (!schedule.minutes.has(at.getUTCMinutes())) return false
  if (!schedule.hours.has(at.getUTCHours())) return false
  if (!schedule.months.has(at.getUTCMonth() + 1)) return false
  const isDay = schedule.lastDay ? isLastDay(at) : schedule.days.has(at.getUTCDate())
  const isWeekday = schedule.weekdays.has(at.getUTCDay())
  // Cron's old rule: where both are restricted, either is enough.
  return schedule.anyDay || schedule.anyWeekday ? isDay && isWeekday : isDay || isWeekday
}

function isLastDay(at: Date): boolean {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1)).getUTCDate() === 1
}

/** The numbers that a field such as `1-5,10/2` stands for. */
function parseField(
  field: string,
  lowest: number,
  highest: number,
  names: string[] = [],
): Set<number> | undefined {
  const numbers = new Set<number>()
  for (const item of field.split(',')) {
    const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/.exec(item)
    if (match === null) return undefined
    const [, from, to, step] = match
    const value = (text: string) =>
      names.includes(text) ? names.indexOf(text) + lowest : /^\d+$/.test(text) ? Number(text) : NaN
    if (from === '*' && to !== undefined) return undefined
    const first = from === '*' ? lowest : value(from!)
    // A step without a range goes on to the end, as in `10/20`.
    const last = from === '*'
      ? highest
      : to === undefined
      ? (step === undefined ? first : highest)
      : value(to)
    const increment = step === undefined ? 1 : Number(step)
    if (!(first >= lowest && last <= highest && first <= last && increment >= 1)) return undefined
    for (let number = first; number <= last; number += increment) numbers.add(number)
  }
  return numbers
}
