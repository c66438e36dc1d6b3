import { Inbox } from '../ui/inbox.tsx'
import { useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

/** The customer's conversations with stores. */
export default function Messages() {
  useTitle(t('chat.title'))
  return (
    <div class='narrow'>
      <h1>{t('chat.title')}</h1>
      <SignInFirst>{(user) => <Inbox userId={user.id} />}</SignInFirst>
    </div>
  )
}
