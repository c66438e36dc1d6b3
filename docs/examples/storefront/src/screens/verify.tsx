import { useEffect, useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { localPath, navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { useUser } from '../session.ts'
import { supabase } from '../supabase.ts'
import { TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'
import { EmailField } from './sign-in.tsx'

/**
 * Confirms an e-mail address: the mailed link lands here and supabase-js signs in; whoever reads the mail on another
 * device types its code.
 */
export default function Verify({ query }: ScreenProps) {
  useTitle(t('verify.title'))
  const user = useUser()
  const next = localPath(query.get('next'))
  const [email, setEmail] = useState(query.get('email') ?? '')
  const [code, setCode] = useState('')
  const action = useAction()
  useEffect(() => {
    if (user) navigate(next, { replace: true })
  }, [user])
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.verifyOtp({
        email,
        token: code.replace(/\D/g, ''),
        type: 'signup',
      })
      if (error) throw error
    })
  }
  return (
    <div class='narrow'>
      <h1>{t('verify.title')}</h1>
      {query.has('error_description') && <p class='trouble'>{query.get('error_description')}</p>}
      <p>{t('verify.text')}</p>
      <form onSubmit={submit}>
        <EmailField value={email} onValue={setEmail} />
        <TextField
          label={t('signIn.code')}
          inputMode='numeric'
          autocomplete='one-time-code'
          dir='ltr'
          required
          value={code}
          onValue={setCode}
        />
        <Trouble problem={action.problem} />
        <button type='submit' class='primary full' disabled={action.isBusy}>{t('verify.confirm')}</button>
      </form>
    </div>
  )
}
