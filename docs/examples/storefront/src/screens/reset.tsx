import { useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { useUser } from '../session.ts'
import { supabase } from '../supabase.ts'
import { TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'
import { EmailField } from './sign-in.tsx'

/** A forgotten password: the mail, its link or its code, then a new password. */
export default function Reset({ query }: ScreenProps) {
  useTitle(t('reset.title'))
  const user = useUser()
  return (
    <div class='narrow'>
      <h1>{t('reset.title')}</h1>
      {query.has('error_description') && <p class='trouble'>{query.get('error_description')}</p>}
      {user ? <NewPassword /> : <AskForMail />}
    </div>
  )
}

function AskForMail() {
  const [email, setEmail] = useState('')
  const [code, setCode] = useState('')
  const [isSent, setSent] = useState(false)
  const action = useAction()
  const send = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.resetPasswordForEmail(email, {
        redirectTo: `${location.origin}/reset`,
      })
      if (error) throw error
      setSent(true)
    })
  }
  const verify = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.verifyOtp({
        email,
        token: code.replace(/\D/g, ''),
        type: 'recovery',
      })
      if (error) throw error
    })
  }
  return isSent
    ? (
      <form onSubmit={verify}>
        <p role='status'>{t('reset.sent', { to: email })}</p>
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
    )
    : (
      <form onSubmit={send}>
        <EmailField value={email} onValue={setEmail} />
        <Trouble problem={action.problem} />
        <button type='submit' class='primary full' disabled={action.isBusy}>{t('reset.send')}</button>
      </form>
    )
}

function NewPassword() {
  const [password, setPassword] = useState('')
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.updateUser({ password })
      if (error) throw error
      navigate('/account')
    })
  }
  return (
    <form onSubmit={submit}>
      <TextField
        label={t('reset.new')}
        hint={t('signIn.passwordHint')}
        type='password'
        autocomplete='new-password'
        minLength={8}
        required
        value={password}
        onValue={setPassword}
      />
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>{t('reset.save')}</button>
    </form>
  )
}
