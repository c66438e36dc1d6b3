import type { Database } from '../database.ts'
import type { VerificationKeys } from '../jwt.ts'
import type { Service } from '../service.ts'
import { platformSettings, RestConfig } from './config.ts'
import { RestServer } from './server.ts'

export { RestConfig }

/** What the REST service of the platform needs. */
export interface RestOptions {
  database: Database
  verificationKeys: VerificationKeys
  config: RestConfig
  /** Told of errors that are nobody's fault but this service's. */
  onError?: (error: unknown) => void
}

/** Starts the REST service, as `authenticator`. Resolves once it has read the catalog. */
export async function startRest(options: RestOptions): Promise<Service> {
  const { database, verificationKeys, config, onError } = options
  const server = new RestServer({
    connection: {
      host: database.host,
      port: database.port,
      database: database.name,
      user: 'authenticator',
      password: database.password,
      settings: { application_name: 'rest' },
    },
    verificationKeys,
    settings: platformSettings(config),
    ...(onError === undefined ? {} : { onError }),
  })
  try {
    await server.start()
  } catch (error) {
    await server.close()
    throw error
  }
  return server
}
