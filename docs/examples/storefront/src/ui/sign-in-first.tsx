import type { User } from '@supabase/supabase-js'
import type { ComponentChildren } from 'preact'
import { useAddress } from '../router.tsx'
import { useUser } from '../session.ts'
import { t } from '../words.ts'

/** Shows a screen that needs a person, or the way to sign in and come back. */
export function SignInFirst({ children }: { children: (user: User) => ComponentChildren }) {
  const user = useUser()
  const address = useAddress()
  if (user === undefined) return <p class='loading' role='status'>{t('loading')}</p>
  if (user !== null) return <>{children(user)}</>
  return (
    <div class='empty'>
      <h1>{t('signIn.first')}</h1>
      <p>{t('signIn.firstText')}</p>
      <a class='button primary' href={`/signin?next=${encodeURIComponent(address)}`}>{t('signIn.title')}</a>
    </div>
  )
}
