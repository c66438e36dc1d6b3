import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { t } from '../words.ts'
import { Await, TextField, Trouble } from './parts.tsx'

/** A program on the phone that shows a code every half minute: set up once, then asked for. */
export function SecondFactor({ onDone }: { onDone: () => void }) {
  const [added, setAdded] = useState<{ id: string; secret: string; qr: string }>()
  const [code, setCode] = useState('')
  const action = useAction()
  const factors = useLoad(async () => {
    const { data, error } = await supabase.auth.mfa.listFactors()
    if (error) throw error
    return data.totp
  }, [])
  const add = () =>
    void action.run(async () => {
      const { data, error } = await supabase.auth.mfa.enroll({
        factorType: 'totp',
        // Two that were begun and never finished must not have one name.
        friendlyName: `Marketbase ${new Date().toISOString()}`,
      })
      if (error) throw error
      setAdded({ id: data.id, secret: data.totp.secret, qr: data.totp.qr_code })
    })
  const verify = (factorId: string) =>
    void action.run(async () => {
      const { error } = await supabase.auth.mfa.challengeAndVerify({ factorId, code })
      if (error) throw error
      onDone()
    })
  return (
    <section class='sheet'>
      <h2>{t('factor.title')}</h2>
      <Await of={factors}>
        {([known]) => {
          const factorId = known?.id ?? added?.id
          if (factorId === undefined) {
            return (
              <>
                <p>{t('factor.text')}</p>
                <button type='button' disabled={action.isBusy} onClick={add}>{t('factor.setUp')}</button>
              </>
            )
          }
          return (
            <form
              onSubmit={(event) => {
                event.preventDefault()
                verify(factorId)
              }}
            >
              {added !== undefined && (
                <>
                  <img class='qr' src={added.qr} alt={t('factor.qr')} />
                  <p>
                    {t('factor.secret')} <code class='prose' dir='ltr'>{added.secret}</code>
                  </p>
                </>
              )}
              <TextField
                label={t('factor.code')}
                inputMode='numeric'
                autocomplete='one-time-code'
                value={code}
                onValue={setCode}
                required
              />
              <button type='submit' class='primary' disabled={action.isBusy}>{t('verify.confirm')}</button>
            </form>
          )
        }}
      </Await>
      <Trouble problem={action.problem} />
    </section>
  )
}
