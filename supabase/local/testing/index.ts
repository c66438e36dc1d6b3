export { connectAs, createDatabase, createDatabaseOfLocaleC, type Template } from './database.ts'
export { Inbox, type Message } from './inbox.ts'
export {
  clientOptions,
  confirmBySecondFactor,
  must,
  randomPhone,
  refusal,
  type SignedIn,
  signInByPhone,
} from './client.ts'
export { startTestPlatform, type TestPlatform } from './platform.ts'
export { releaseLater } from './resources.ts'
export { tolerateBrokenWrites } from './broken-writes.ts'
export { draws, SEED } from './random.ts'
