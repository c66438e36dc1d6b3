import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claim, publish } from '../instance.ts'
import { loadKeys } from '../keys.ts'
import { FileStore } from '../storage/files.ts'

let directory: string

beforeEach(async () => directory = await mkdtemp(join(tmpdir(), 'owner-only-')))
afterEach(() => rm(directory, { recursive: true, force: true }))

const project = {
  apiUrl: 'http://127.0.0.1:1',
  publishableKey: 'sb_publishable_x',
  inboxUrl: 'http://127.0.0.1:2',
}
const othersMay = async (name: string) => (await stat(join(directory, name))).mode & 0o077

test('what a platform writes about itself is read by its owner only, from the first moment on', async () => {
  await claim(directory)
  expect(await othersMay('platform.json')).toBe(0)
  await publish(directory, { screen: 'sb_secret_x', project })
  expect(await othersMay('platform.json')).toBe(0)
  await loadKeys(join(directory, 'keys.json'))
  await FileStore.open(join(directory, 'storage'))
  for (const name of await readdir(directory)) expect([name, await othersMay(name)]).toEqual([name, 0])
})

test('files that an earlier version left open to everybody are closed at the next start', async () => {
  const keys = await loadKeys(join(directory, 'keys.json'))
  await FileStore.open(join(directory, 'storage'))
  await writeFile(join(directory, 'platform.json'), '{}')
  for (const name of ['keys.json', 'platform.json']) await chmod(join(directory, name), 0o644)
  await chmod(join(directory, 'storage'), 0o755)
  await publish(directory, { screen: 'sb_secret_x', project })
  expect(await loadKeys(join(directory, 'keys.json'))).toEqual(keys)
  await FileStore.open(join(directory, 'storage'))
  for (const name of await readdir(directory)) expect([name, await othersMay(name)]).toEqual([name, 0])
})

test('a key that a file of an earlier version does not have is made once, and the others stay', async () => {
  const file = join(directory, 'keys.json')
  const { vapidPrivateKey: _none, ...earlier } = await loadKeys(file)
  await writeFile(file, JSON.stringify(earlier))
  const completed = await loadKeys(file)
  expect(completed).toEqual({ ...earlier, vapidPrivateKey: expect.stringMatching(/^[\w-]{43}$/) })
  expect(await loadKeys(file)).toEqual(completed)
})
