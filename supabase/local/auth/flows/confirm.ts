import type { Db } from '../store/database.ts'
import { deleteOneTimeTokens } from '../store/one-time-tokens.ts'
import { mergeMetadata, updateUser, type UserRow } from '../store/users.ts'
import { now } from '../times.ts'

/** The address is proven: nothing that was pending stays valid. */
export async function confirmEmail(db: Db, user: UserRow): Promise<UserRow> {
  await deleteOneTimeTokens(db, user.id)
  return await updateUser(db, user.id, {
    email_confirmed_at: now(),
    confirmation_token: '',
    raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, { email_verified: true }),
  })
}

/** The phone number is proven: nothing that was pending stays valid. */
export async function confirmPhone(db: Db, user: UserRow): Promise<UserRow> {
  await deleteOneTimeTokens(db, user.id)
  return await updateUser(db, user.id, { phone_confirmed_at: now(), confirmation_token: '' })
}
