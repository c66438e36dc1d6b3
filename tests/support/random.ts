import process from 'node:process'

/** The seed that the environment asks for, or a new one; a test prints it when it fails, so that it can be run again. */
export function seedOf(variable: string): number {
  return Number(process.env[variable] ?? Date.now() % 1_000_000)
}

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function draws(seed: number): () => number {
  // Mulberry32: small, and even enough for choices of a test.
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
