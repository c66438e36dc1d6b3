import { afterAll } from 'vitest'
import { releaseAll } from './resources.ts'

// Whatever a test file opened through tests/support is closed when the file is done, last opened first.
afterAll(releaseAll)
