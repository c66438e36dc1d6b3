import process from 'node:process'

/** The seed of all that is drawn in this run: TEST_SEED, or a new one. `setup.ts` prints it when a test fails. */
export const SEED = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000)

let isDrawn = false

/** Whether this test file drew anything, so that its failures depend on the seed. */
export const wasDrawn = (): boolean => isDrawn

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function draws(seed = SEED): () => number {
  isDrawn = true
  // Mulberry32: small, and even enough for choices of a test.
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
