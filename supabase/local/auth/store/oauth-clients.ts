import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Json } from '../body.ts'
import { now } from '../times.ts'
import type { Db } from './database.ts'

/** Whether an application can keep a secret. */
export type ClientType = 'public' | 'confidential'

/** A row of auth.oauth_clients: an application that may ask users to sign in to it with this project. */
export interface OAuthClientRow {
  id: string
  client_secret_hash: string | null
  registration_type: 'dynamic' | 'manual'
  /** Joined by commas, as `grant_types`. */
  redirect_uris: string
  grant_types: string
  client_name: string | null
  client_uri: string | null
  logo_uri: string | null
  created_at: string
  updated_at: string
  client_type: ClientType
  token_endpoint_auth_method: string
}

/** What its owner may change about a client. */
export type OAuthClientPatch = Partial<
  Pick<OAuthClientRow, 'redirect_uris' | 'grant_types' | 'client_name' | 'client_uri' | 'logo_uri'>
>

/** What a client is registered with. */
export type OAuthClientDraft =
  & Required<OAuthClientPatch>
  & Pick<OAuthClientRow, 'client_type' | 'token_endpoint_auth_method' | 'client_secret_hash'>

/** A secret that only its client will know: 32 random bytes. */
export const newClientSecret = (): string => randomBytes(32).toString('base64url')

/** What is kept of a secret. It is random, so a plain hash protects it. */
export const hashClientSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url')

/** Registers a client by hand. */
export async function insertOAuthClient(db: Db, draft: OAuthClientDraft): Promise<OAuthClientRow> {
  const row = { ...draft, id: randomUUID(), registration_type: 'manual' }
  const [client] = await db<OAuthClientRow[]>`insert into auth.oauth_clients ${db(row)} returning *`
  return client!
}

/** Every client that was not deleted, newest first. */
export async function listOAuthClients(db: Db): Promise<OAuthClientRow[]> {
  return await db<OAuthClientRow[]>`
    select * from auth.oauth_clients where deleted_at is null order by created_at desc`
}

/** @returns undefined for a client that never was, or was deleted */
export async function findOAuthClient(db: Db, id: string): Promise<OAuthClientRow | undefined> {
  const [client] = await db<OAuthClientRow[]>`
    select * from auth.oauth_clients where id = ${id} and deleted_at is null`
  return client
}

/** @returns undefined where the client is gone */
export async function updateOAuthClient(
  db: Db,
  id: string,
  patch: OAuthClientPatch & { client_secret_hash?: string; deleted_at?: string },
): Promise<OAuthClientRow | undefined> {
  const [client] = await db<OAuthClientRow[]>`
    update auth.oauth_clients set ${db({ ...patch, updated_at: now() })}
    where id = ${id} and deleted_at is null returning *`
  return client
}

/** A client as the API shows it. Members without a value are left out. */
export function oauthClientJson(client: OAuthClientRow, secret?: string): Json {
  const { client_name, client_uri, logo_uri } = client
  return {
    client_id: client.id,
    ...(secret === undefined ? {} : { client_secret: secret }),
    client_type: client.client_type,
    redirect_uris: client.redirect_uris.split(','),
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    grant_types: client.grant_types.split(','),
    response_types: ['code'],
    ...Object.fromEntries(Object.entries({ client_name, client_uri, logo_uri }).filter(([, value]) => value)),
    registration_type: client.registration_type,
    created_at: client.created_at,
    updated_at: client.updated_at,
  }
}
