import { useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { supabase } from '../supabase.ts'
import { country, t } from '../words.ts'
import { Field, TextField, Trouble } from './parts.tsx'

const EMPTY = { recipient_name: '', phone: '', line1: '', line2: '', city: '', region: '', postal_code: '' }

/** Countries by name, in the visitor's language. */
export function CountrySelect({ value, onValue }: { value: string; onValue: (code: string) => void }) {
  return (
    <Field label={t('address.country')}>
      {(id) => (
        <select
          id={id}
          autocomplete='country'
          value={value}
          onChange={(event) => onValue(event.currentTarget.value)}
        >
          {COUNTRIES.map((code) => <option key={code} value={code}>{country(code)}</option>)}
        </select>
      )}
    </Field>
  )
}

const COUNTRIES = (
  'AE AT AU BE BH BR CA CH CL CN CO CZ DE DK EG ES FI FR GB GR HK HU IE IL IN IQ IT JO JP KE KR KW LB MA MX MY NG NL NO ' +
  'NZ OM PH PK PL PT QA RO SA SE SG TH TN TR TW UA US VN ZA'
).split(' ')

/** Adds an address to the customer's address book. */
export function AddressForm({ onSaved }: { onSaved: (id: string) => void }) {
  const [form, setForm] = useState(EMPTY)
  const [countryCode, setCountryCode] = useState(regionOfBrowser())
  const action = useAction()
  const field = (name: keyof typeof EMPTY) => ({
    value: form[name],
    onValue: (value: string) => setForm({ ...form, [name]: value }),
  })
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { data } = await supabase.from('addresses').insert({
        recipient_name: form.recipient_name,
        phone: form.phone || null,
        line1: form.line1,
        line2: form.line2 || null,
        city: form.city,
        region: form.region || null,
        postal_code: form.postal_code || null,
        country_code: countryCode,
      }).select('id').single().throwOnError()
      setForm(EMPTY)
      onSaved(data.id)
    })
  }
  return (
    <form onSubmit={submit}>
      <TextField
        label={t('address.name')}
        autocomplete='name'
        required
        maxLength={120}
        {...field('recipient_name')}
      />
      <TextField label={t('address.line1')} autocomplete='address-line1' required {...field('line1')} />
      <TextField label={t('address.line2')} autocomplete='address-line2' {...field('line2')} />
      <div class='pair'>
        <TextField
          label={t('address.postalCode')}
          autocomplete='postal-code'
          dir='ltr'
          {...field('postal_code')}
        />
        <TextField label={t('address.city')} autocomplete='address-level2' required {...field('city')} />
        <TextField label={t('address.region')} autocomplete='address-level1' {...field('region')} />
      </div>
      <CountrySelect value={countryCode} onValue={setCountryCode} />
      <TextField label={t('address.phone')} type='tel' autocomplete='tel' dir='ltr' {...field('phone')} />
      <Trouble problem={action.problem} />
      <button type='submit' disabled={action.isBusy}>{t('address.save')}</button>
    </form>
  )
}

function regionOfBrowser(): string {
  const { region } = new Intl.Locale(navigator.language).maximize()
  return region !== undefined && COUNTRIES.includes(region) ? region : 'US'
}
