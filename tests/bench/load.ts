/** What a closed loop of clients measured: rates are per second, times in milliseconds. */
export interface Load {
  rate: number
  p50: number
  p95: number
  /** Calls that did not answer as expected, by what they answered. */
  failures: Map<string, number>
}

/** How long the same calls go on uncounted before they count, in seconds: every connection plans its statements once. */
const WARM_UP_SECONDS = 4

/** Has so many clients call again and again, each as soon as its last call is answered, for a bounded time. */
export async function closedLoop(
  clients: number,
  seconds: number,
  call: (client: number) => Promise<unknown>,
): Promise<Load> {
  const times: number[] = []
  const failures = new Map<string, number>()
  const begun = performance.now()
  const counted = begun + WARM_UP_SECONDS * 1000
  const end = counted + seconds * 1000
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    while (performance.now() < end) {
      const started = performance.now()
      try {
        await call(client)
        if (started > counted) times.push(performance.now() - started)
      } catch (error) {
        const what = (error as Error).message.slice(0, 160)
        failures.set(what, (failures.get(what) ?? 0) + 1)
      }
    }
  }))
  times.sort((left, right) => left - right)
  const quantile = (share: number) => times[Math.floor(times.length * share)] ?? NaN
  return { rate: times.length / seconds, p50: quantile(0.5), p95: quantile(0.95), failures }
}
