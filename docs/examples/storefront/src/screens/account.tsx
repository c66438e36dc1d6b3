import type { User } from '@supabase/supabase-js'
import { useEffect, useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import { supabase } from '../supabase.ts'
import { AddressForm } from '../ui/address-form.tsx'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { country, language, t } from '../words.ts'

/** The customer's profile, addresses and wishes, and the way out. */
export default function Account() {
  useTitle(t('account.title'))
  return (
    <div class='narrow'>
      <h1>{t('account.title')}</h1>
      <SignInFirst>
        {(user) => (
          <>
            <Profile user={user} />
            <Addresses user={user} />
            <Wishes />
            <SignOut />
          </>
        )}
      </SignInFirst>
    </div>
  )
}

function Profile({ user }: { user: User }) {
  const [name, setName] = useState('')
  const [isSaved, setSaved] = useState(false)
  const action = useAction()
  useEffect(() => {
    void supabase.from('profiles').select('full_name').eq('id', user.id).single()
      .then(({ data }) => setName(data?.full_name ?? ''))
  }, [user.id])
  const save = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      // Letters are written in the language that the shop is read in.
      await supabase.from('profiles').update({ full_name: name, locale: language }).eq('id', user.id)
        .throwOnError()
      setSaved(true)
    })
  }
  return (
    <section class='sheet'>
      <p class='quiet' dir='ltr'>
        {[user.email, user.phone && `+${user.phone}`].filter(Boolean).join(' · ')}
      </p>
      <nav>
        <a href='/notifications'>{t('notifications.title')}</a>
        <a href='/orders'>{t('orders.title')}</a>
        <a href='/appointments'>{t('booking.mine')}</a>
        <a href='/messages'>{t('chat.title')}</a>
      </nav>
      <form onSubmit={save}>
        <TextField label={t('address.name')} autocomplete='name' value={name} onValue={setName} />
        <Trouble problem={action.problem} />
        <div class='row'>
          <button type='submit' disabled={action.isBusy}>{t('action.save')}</button>
          <span role='status'>{isSaved && t('action.saved')}</span>
        </div>
      </form>
    </section>
  )
}

function Addresses({ user }: { user: User }) {
  const addresses = useLoad(async () => {
    const { data } = await supabase.from('addresses').select().eq('user_id', user.id)
      .order('is_default', { ascending: false }).throwOnError()
    return data
  }, [user.id])
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await addresses.reload()
    })
  return (
    <section class='sheet'>
      <h2>{t('account.addresses')}</h2>
      <Await of={addresses}>
        {(known) => (
          <ul>
            {known.map((address) => (
              <li key={address.id} class='sheet'>
                <bdi>
                  {[address.recipient_name, address.line1, address.postal_code, address.city]
                    .filter(Boolean).join(', ')}
                </bdi>
                , {country(address.country_code)}
                <div class='row'>
                  {address.is_default ? <span class='badge'>{t('account.default')}</span> : (
                    <button
                      type='button'
                      class='plain'
                      onClick={() =>
                        act(() =>
                          supabase.from('addresses').update({ is_default: true }).eq('id', address.id)
                            .throwOnError()
                        )}
                    >
                      {t('account.makeDefault')}
                    </button>
                  )}
                  <button
                    type='button'
                    class='plain'
                    onClick={() =>
                      act(() => supabase.from('addresses').delete().eq('id', address.id).throwOnError())}
                  >
                    {t('cart.remove')}
                  </button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <Trouble problem={action.problem} />
      <details>
        <summary>{t('address.add')}</summary>
        <AddressForm onSaved={() => void addresses.reload()} />
      </details>
    </section>
  )
}

function Wishes() {
  const wishes = useLoad(async () => {
    const { data } = await supabase.from('wishlist_items')
      .select('created_at, products(id, name, slug, stores(slug))')
      .order('created_at', { ascending: false }).throwOnError()
    return data
  }, [])
  return (
    <Await of={wishes}>
      {(wished) =>
        wished.length > 0 && (
          <section class='sheet'>
            <h2>{t('account.wishes')}</h2>
            <ul>
              {wished.map(({ products: product }) => (
                <li key={product.id}>
                  <a href={`/${product.stores.slug}/${product.slug}`}>
                    <bdi>{product.name}</bdi>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
    </Await>
  )
}

function SignOut() {
  const action = useAction()
  const leave = () =>
    void action.run(async () => {
      await supabase.auth.signOut({ scope: 'local' })
      navigate('/')
    })
  return (
    <>
      <Trouble problem={action.problem} />
      <button type='button' class='full' disabled={action.isBusy} onClick={leave}>
        {t('account.signOut')}
      </button>
    </>
  )
}
