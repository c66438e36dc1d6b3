import type { AuthConfig } from '../config.ts'
import { invalid } from '../errors.ts'
import { Provider } from './provider.ts'

/** Providers that upstream knows by name. */
export const PROVIDER_NAMES = [
  'apple',
  'azure',
  'bitbucket',
  'discord',
  'facebook',
  'snapchat',
  'figma',
  'fly',
  'github',
  'gitlab',
  'google',
  'keycloak',
  'kakao',
  'linkedin',
  'linkedin_oidc',
  'notion',
  'spotify',
  'slack',
  'slack_oidc',
  'workos',
  'twitch',
  'twitter',
  'zoom',
]

/** The providers that config.toml switches on. */
export class Providers {
  readonly #config: AuthConfig
  readonly #sandbox: string | undefined
  readonly #callback: string

  /**
   * @param sandbox issuer of the provider on this machine
   * @param callback where providers send people back to
   */
  constructor(config: AuthConfig, sandbox: string | undefined, callback: string) {
    this.#config = config
    this.#sandbox = sandbox
    this.#callback = callback
  }

  isEnabled(name: string): boolean {
    return this.#config.external[name]?.enabled === true
  }

  /** @throws {AuthProblem} 400 for one that is unknown or off */
  get(name: string): Provider {
    const known = name.toLowerCase()
    if (!PROVIDER_NAMES.includes(known)) {
      throw invalid(`Unsupported provider: Provider ${known} could not be found`)
    }
    if (!this.isEnabled(known)) throw invalid('Unsupported provider: provider is not enabled')
    return new Provider(known, this.#config.external[known]!, this.#sandbox, this.#callback)
  }
}
