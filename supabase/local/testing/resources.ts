const open: (() => Promise<unknown>)[] = []

/** Has `close` called when the test file is done. */
export function releaseLater(close: () => Promise<unknown>): void {
  open.push(close)
}

/** Closes everything that is open, last opened first. */
export async function releaseAll(): Promise<void> {
  while (open.length > 0) await open.pop()!()
}
