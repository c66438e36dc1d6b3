import { useEffect, useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { localPath, navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { useUser } from '../session.ts'
import { supabase } from '../supabase.ts'
import { TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'

/** In by phone, which also makes an account, or by e-mail and password. */
export default function SignIn({ query }: ScreenProps) {
  useTitle(t('signIn.title'))
  const user = useUser()
  const next = localPath(query.get('next'))
  const way = query.get('by') === 'email' || query.get('by') === 'new' ? query.get('by') : 'phone'
  useEffect(() => {
    if (user) navigate(next, { replace: true })
  }, [user])
  const tab = (by: string, label: string) => (
    <a
      href={`/signin?by=${by}&next=${encodeURIComponent(next)}`}
      aria-current={by === way ? 'page' : undefined}
    >
      {label}
    </a>
  )
  return (
    <div class='narrow'>
      <h1>{t('signIn.title')}</h1>
      <nav class='tabs' aria-label={t('signIn.ways')}>
        {tab('phone', t('signIn.phone'))}
        {tab('email', t('signIn.email'))}
        {tab('new', t('signIn.new'))}
      </nav>
      {way === 'phone' && <ByPhone />}
      {way === 'email' && <ByEmail />}
      {way === 'new' && <NewAccount next={next} />}
    </div>
  )
}

/** Six digits, typed or pasted with whatever stands around them. */
const digits = (code: string) => code.replace(/\D/g, '')

function ByPhone() {
  const [phone, setPhone] = useState('')
  const [code, setCode] = useState('')
  const [isSent, setSent] = useState(false)
  const action = useAction()
  const plain = phone.replace(/[^\d+]/g, '')
  const send = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.signInWithOtp({ phone: plain })
      if (error) throw error
      setSent(true)
    })
  }
  const verify = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.verifyOtp({ phone: plain, token: digits(code), type: 'sms' })
      if (error) throw error
    })
  }
  if (!isSent) {
    return (
      <form onSubmit={send}>
        <TextField
          label={t('signIn.phone')}
          hint={t('signIn.phoneHint')}
          type='tel'
          autocomplete='tel'
          dir='ltr'
          required
          value={phone}
          onValue={setPhone}
        />
        <Trouble problem={action.problem} />
        <button type='submit' class='primary full' disabled={action.isBusy}>{t('signIn.sendCode')}</button>
      </form>
    )
  }
  return (
    <form onSubmit={verify}>
      <p role='status'>{t('signIn.codeSent', { to: phone })}</p>
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
      <button type='submit' class='primary full' disabled={action.isBusy}>{t('signIn.title')}</button>
      <button type='button' class='plain full' onClick={() => setSent(false)}>
        {t('signIn.otherNumber')}
      </button>
    </form>
  )
}

function ByEmail() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.signInWithPassword({ email, password })
      if (error) throw error
    })
  }
  return (
    <form onSubmit={submit}>
      <EmailField value={email} onValue={setEmail} />
      <TextField
        label={t('signIn.password')}
        type='password'
        autocomplete='current-password'
        required
        value={password}
        onValue={setPassword}
      />
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>{t('signIn.title')}</button>
      <p>
        <a href='/reset'>{t('signIn.forgot')}</a>
      </p>
    </form>
  )
}

function NewAccount({ next }: { next: string }) {
  const [form, setForm] = useState({ name: '', email: '', password: '' })
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.auth.signUp({
        email: form.email,
        password: form.password,
        options: {
          data: { full_name: form.name },
          emailRedirectTo: `${location.origin}/verify?next=${encodeURIComponent(next)}`,
        },
      })
      if (error) throw error
      navigate(`/verify?email=${encodeURIComponent(form.email)}&next=${encodeURIComponent(next)}`)
    })
  }
  return (
    <form onSubmit={submit}>
      <TextField
        label={t('address.name')}
        autocomplete='name'
        required
        value={form.name}
        onValue={(name) => setForm({ ...form, name })}
      />
      <EmailField value={form.email} onValue={(email) => setForm({ ...form, email })} />
      <TextField
        label={t('signIn.password')}
        hint={t('signIn.passwordHint')}
        type='password'
        autocomplete='new-password'
        minLength={8}
        required
        value={form.password}
        onValue={(password) => setForm({ ...form, password })}
      />
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>{t('signIn.create')}</button>
    </form>
  )
}

/** An address to write to. */
export function EmailField({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  return (
    <TextField
      label={t('signIn.email')}
      type='email'
      autocomplete='email'
      dir='ltr'
      required
      value={value}
      onValue={onValue}
    />
  )
}
