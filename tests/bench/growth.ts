import { readFileSync } from 'node:fs'
import type { Measurement } from './report.ts'

/** What a call took: `waited` at the client, `worked` on the server's CPU (0 where the system does not tell); milliseconds. */
export interface Timing {
  waited: number
  worked: number
}

/** What one kind of call may grow by, from the small size to the large one. */
const GROWTH_BUDGET = 3

/** What the same calls took in the small database and in the large one. */
export type Timings = readonly [small: Timing[], large: Timing[]]

/**
 * Makes each call in both databases. Calls alternate between the two, so that whatever else the machine does falls on both.
 * @param counted how many calls count, after `warmUp` that do not
 * @param time makes the call of this number in the small (0) or the large (1) database
 */
export async function timeBoth(
  { warmUp, counted }: { warmUp: number; counted: number },
  time: (database: 0 | 1, call: number) => Promise<Timing>,
): Promise<Timings> {
  const timings: Timings = [[], []]
  for (let call = 0; call < warmUp + counted; call++) {
    for (const database of [0, 1] as const) {
      const timing = await time(database, call)
      if (call >= warmUp) timings[database].push(timing)
    }
  }
  return timings
}

/**
 * How much slower calls are in the large database than in the small one.
 * @param sizes what the two hold
 */
export function growthOf(
  name: string,
  sizes: readonly [small: number, large: number],
  timings: Timings,
): Measurement[] {
  const p95 = (database: 0 | 1, what: keyof Timing) =>
    quantile(timings[database].map((timing) => timing[what]), 0.95)
  const growth = (title: string, what: keyof Timing): Measurement => ({
    name: title,
    value: p95(1, what) / p95(0, what),
    unit: 'x',
    atMost: GROWTH_BUDGET,
  })
  return [
    { name: `${name}: p95 at ${sizes[0].toLocaleString('en')}`, value: p95(0, 'waited'), unit: 'ms' },
    growth(`… growth of p95 to ${sizes[1].toLocaleString('en')}`, 'waited'),
    ...(p95(0, 'worked') > 0 ? [growth('… growth of p95, CPU of the server', 'worked')] : []),
  ]
}

/**
 * The same by medians, for calls that must not grow: what the worst of them take is up to the machine.
 * @param atMost what they may grow by
 */
export function medianGrowthOf(
  name: string,
  sizes: readonly [small: number, large: number],
  [small, large]: Timings,
  atMost: number,
): Measurement[] {
  const median = (timings: Timing[], what: keyof Timing) =>
    quantile(timings.map((timing) => timing[what]), 0.5)
  const growth = (title: string, what: keyof Timing): Measurement => ({
    name: title,
    value: median(large, what) / median(small, what),
    unit: 'x',
    atMost,
  })
  return [
    {
      name: `${name}: median at ${sizes[0].toLocaleString('en')}`,
      value: median(small, 'waited'),
      unit: 'ms',
    },
    growth(`… growth to ${sizes[1].toLocaleString('en')}`, 'waited'),
    ...(median(small, 'worked') > 0 ? [growth('… growth, CPU of the server', 'worked')] : []),
  ]
}

/** The value below which this share of them lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length * share)] ?? NaN
}

/** CPU time of these processes so far, in milliseconds; 0 where the system does not tell. */
export function cpuTime(pids: readonly number[]): number {
  try {
    return pids.reduce(
      (sum, pid) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ', 1)[0]),
      0,
    ) / 1e6
  } catch {
    return 0
  }
}
