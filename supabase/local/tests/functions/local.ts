import { inject } from 'vitest'
import { type FunctionsConfig, startFunctions } from '../../functions/index.ts'
import { type Services, startGateway } from '../../gateway.ts'
import { releaseLater } from '../../testing/index.ts'

/** How to run functions for a test. */
export interface LocalFunctionsOptions {
  directory: string
  config?: FunctionsConfig
  environment?: Record<string, string>
  watch?: boolean
}

/** Functions that run for a test, behind a gateway of their own. */
export interface LocalFunctions {
  url: string
  /** Other services may be put beside them. */
  services: Services
  /** What the functions have printed, line by line. */
  lines: string[]
}

/** How long a function may be silent in tests, in milliseconds. */
const IDLE_LIMIT_MS = 2_000

/** Starts the functions of a folder; they are ended when the test file is done. */
export async function startLocalFunctions(options: LocalFunctionsOptions): Promise<LocalFunctions> {
  const { keys } = inject('server')
  const services: Services = {}
  const gateway = await startGateway({ host: '127.0.0.1', port: 0, services, keys })
  releaseLater(() => gateway.close())
  const lines: string[] = []
  const functions = await startFunctions({
    directory: options.directory,
    config: options.config ?? {},
    keys,
    environment: { SUPABASE_URL: gateway.url, ...options.environment },
    watch: options.watch ?? false,
    idleLimitMs: IDLE_LIMIT_MS,
    print: (line) => lines.push(line),
  })
  services.functions = functions
  releaseLater(() => functions.close())
  return { url: gateway.url, services, lines }
}
