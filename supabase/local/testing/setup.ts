import { afterAll, afterEach } from 'vitest'
import { SEED, wasDrawn } from './random.ts'
import { releaseAll } from './resources.ts'

// Whatever a test file opened through tests/support is closed when the file is done, last opened first.
afterAll(releaseAll)

// Whatever was drawn can be drawn again.
afterEach(({ task }) => {
  if (wasDrawn() && task.result?.state === 'fail') {
    console.error(`${task.name}: run it again with TEST_SEED=${SEED}`)
  }
})
