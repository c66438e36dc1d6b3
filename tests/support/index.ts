export {
  connectAs,
  createDatabase,
  createDatabaseOfLocaleC,
  schemaDifference,
  type Template,
} from './database.ts'
export { Inbox, type Message } from './inbox.ts'
export { clientOptions, must, randomPhone, refusal, type SignedIn, signInByPhone } from './client.ts'
export { startTestPlatform, type TestPlatform } from './platform.ts'
export { releaseLater } from './resources.ts'
