import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import { supabase } from '../supabase.ts'
import { CountrySelect } from '../ui/address-form.tsx'
import { Await, Field, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'
import { chooseStore } from './frame.tsx'

/** Opens a store: a name, a place and a currency. The link is made from the name. */
export default function OpenStore() {
  useTitle(t('sell.open'))
  return (
    <div class='narrow'>
      <h1>{t('sell.open')}</h1>
      <SignInFirst>{() => <Form />}</SignInFirst>
    </div>
  )
}

function Form() {
  const [form, setForm] = useState({ name: '', line1: '', city: '', region: '', postal_code: '' })
  const [countryCode, setCountryCode] = useState('US')
  const [currency, setCurrency] = useState('USD')
  const action = useAction()
  const currencies = useLoad(async () => {
    const { data } = await supabase.from('currencies').select('code').order('code').throwOnError()
    return data.map(({ code }) => code)
  }, [])
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onValue: (value: string) => setForm({ ...form, [name]: value }),
  })
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { data: store } = await supabase.rpc('create_store', {
        name: form.name,
        line1: form.line1,
        city: form.city,
        region: form.region || null,
        postal_code: form.postal_code || null,
        country_code: countryCode,
        currency,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }).throwOnError()
      chooseStore(store.id)
      navigate('/sell')
    })
  }
  return (
    <form onSubmit={submit}>
      <TextField label={t('sell.storeName')} required {...field('name')} />
      <TextField label={t('address.line1')} required {...field('line1')} />
      <div class='pair'>
        <TextField label={t('address.postalCode')} {...field('postal_code')} />
        <TextField label={t('address.city')} required {...field('city')} />
        <TextField label={t('address.region')} {...field('region')} />
      </div>
      <CountrySelect value={countryCode} onValue={setCountryCode} />
      <Await of={currencies}>
        {(codes) => (
          <Field label={t('sell.currency')}>
            {(id) => (
              <select
                id={id}
                value={currency}
                onChange={(event) => setCurrency(event.currentTarget.value)}
              >
                {codes.map((code) => <option key={code}>{code}</option>)}
              </select>
            )}
          </Field>
        )}
      </Await>
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>{t('sell.open')}</button>
    </form>
  )
}
