/**
 * The door of the package: what a project's own programs and tests use of it. Nothing outside this folder imports another
 * file of it, except those of testing/ in tests.
 */
export { type Config, loadConfig, platformEnvironment } from './config.ts'
export { connect, type ConnectionOptions, type Database } from './database.ts'
export { findInstance } from './instance.ts'
export { JwtSigner, signJwtWithSecret } from './jwt.ts'
export { generateKeys, type Keys, publicJwk, verificationKeys } from './keys.ts'
export { type Platform, startPlatform } from './platform.ts'
export {
  applyMigrations,
  applySeeds,
  cloneDatabase,
  connectAsOwner,
  ownerUrl,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from './postgres/index.ts'
export { type DemoAccount, type LocalProject, type NextStep } from './project.ts'
export { RealtimeConfig, startRealtime } from './realtime/index.ts'
export { RestConfig, startRest } from './rest/index.ts'
export { mayWriteWholeTable } from './rest/whole-table.ts'
export { type Sandboxes, startSandboxes } from './sandboxes/index.ts'
export { signature as stripeSignature } from './sandboxes/stripe/webhooks.ts'
export { type Service } from './service.ts'
export { type LocalSite, type RunningSite, startSite } from './site.ts'
