import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { AuthConfig } from '../config.ts'
import type { Json } from '../body.ts'
import { failed, notServed, OAuthProblem } from '../errors.ts'

/** How long a provider may take to answer, in milliseconds. */
const PATIENCE_MS = 10_000

/** What is asked for besides what the client names. */
const SCOPES = ['openid', 'profile', 'email']

/** The client that the sandbox is told of where config.toml names none. */
const DEFAULT_CLIENT = 'local'

/** What a provider's discovery document must say. */
const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string(),
  jwks_uri: z.string(),
})

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string().optional() })

const Claims = z.looseObject({ sub: z.string().min(1), email: z.string().optional() })

/** What a provider says of somebody. */
export interface Profile {
  /** The provider's own id of the person. */
  subject: string
  email: string | undefined
  emailVerified: boolean
  /** Kept with the identity, and merged into the user's metadata. */
  data: Json
}

/** One sign-in at a provider: who it is, and the provider's own tokens, which the client gets, too. */
export interface ExternalSignIn {
  profile: Profile
  accessToken: string
  refreshToken: string | undefined
}

type Settings = AuthConfig['external'][string]

/**
 * An OpenID Connect provider of config.toml: the one its `url` names, which must offer discovery as Keycloak does;
 * without a `url`, whatever it is called, the sandbox of this machine.
 */
export class Provider {
  readonly #issuer: string
  readonly #callback: string

  constructor(
    readonly name: string,
    readonly settings: Settings,
    sandbox: string | undefined,
    callback: string,
  ) {
    const issuer = settings.url === '' ? sandbox : settings.url.replace(/\/$/, '')
    if (issuer === undefined) throw notServed(`Sign-in with ${name}`)
    this.#issuer = issuer
    this.#callback = settings.redirect_uri || callback
  }

  get issuer(): string {
    return this.#issuer
  }

  /** Clients whose ID tokens are accepted; the first one is this project. */
  get clientIds(): [string, ...string[]] {
    const [first = DEFAULT_CLIENT, ...rest] = this.settings.client_id.split(',').map((id) => id.trim())
      .filter(Boolean)
    return [first, ...rest]
  }

  /** Where a browser is sent to sign in. `more` is what the client wants to tell the provider. */
  async authorizationUrl(
    { state, challenge, scopes, more }: {
      state: string
      challenge: string
      scopes: string
      more: Record<string, string>
    },
  ): Promise<string> {
    const { authorization_endpoint } = await this.#discover()
    const url = new URL(authorization_endpoint)
    const wanted = scopes.split(/[\s,]+/).filter(Boolean)
    const members = {
      ...more,
      client_id: this.clientIds[0],
      redirect_uri: this.#callback,
      response_type: 'code',
      scope: [...new Set([...SCOPES, ...wanted])].join(' '),
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value)
    return url.href
  }

  /** Trades the code of a callback for the provider's tokens, and asks it who has signed in. */
  async signIn(code: string, verifier: string): Promise<ExternalSignIn> {
    const { token_endpoint, userinfo_endpoint } = await this.#discover()
    const tokens = await this.#ask(
      `Unable to exchange external code: ${code.slice(0, 4)}`,
      Tokens,
      token_endpoint,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: this.#callback,
          client_id: this.clientIds[0],
          client_secret: this.settings.secret,
          code_verifier: verifier,
        }),
      },
    )
    const claims = await this.#ask(
      'Error getting user profile from external provider',
      Claims,
      userinfo_endpoint,
      {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      },
    )
    return {
      profile: this.#profile(claims),
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
    }
  }

  /**
   * Verifies an ID token that a client got by itself.
   * @throws {OAuthProblem} where the token is not this provider's
   */
  async readIdToken(token: string): Promise<{ profile: Profile; claims: JWTPayload }> {
    const { issuer, jwks_uri } = await this.#discover()
    const verified = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), { issuer }).catch(
      (cause: unknown) => {
        throw new OAuthProblem('invalid request', 'Bad ID token', { cause })
      },
    )
    const claims = Claims.safeParse(verified.payload)
    if (!claims.success) throw new OAuthProblem('invalid request', 'Missing sub claim in id_token')
    return { profile: this.#profile(claims.data), claims: verified.payload }
  }

  #profile(claims: z.output<typeof Claims>): Profile {
    const email = claims.email || undefined
    const emailVerified = email !== undefined && claims['email_verified'] === true
    const text = (name: string) => typeof claims[name] === 'string' ? { [name]: claims[name] } : {}
    return {
      subject: claims.sub,
      email,
      emailVerified,
      data: {
        iss: this.#issuer,
        sub: claims.sub,
        ...text('name'),
        ...text('given_name'),
        ...text('family_name'),
        ...text('preferred_username'),
        ...text('picture'),
        ...(email === undefined ? {} : { email }),
        email_verified: emailVerified,
        phone_verified: false,
        ...(typeof claims['name'] === 'string' ? { full_name: claims['name'] } : {}),
        ...(typeof claims['picture'] === 'string' ? { avatar_url: claims['picture'] } : {}),
        provider_id: claims.sub,
      },
    }
  }

  async #discover(): Promise<z.output<typeof Discovery>> {
    return await this.#ask(
      `The provider at ${this.#issuer} cannot be asked`,
      Discovery,
      `${this.#issuer}/.well-known/openid-configuration`,
    )
  }

  async #ask<Shape extends z.ZodType>(
    failure: string,
    shape: Shape,
    url: string,
    init: RequestInit = {},
  ): Promise<z.output<Shape>> {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
      if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
      return shape.parse(await response.json())
    } catch (cause) {
      throw failed(failure, cause)
    }
  }
}
