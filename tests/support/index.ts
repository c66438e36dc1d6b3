export { connectAs, type ConnectOptions, createDatabase, type Role, type Template } from './database.ts'
export { Inbox, type Message, type MessageFilter } from './inbox.ts'
export {
  clientOptions,
  randomPhone,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
  type TestPlatformOptions,
} from './platform.ts'
export { releaseLater } from './resources.ts'
