import type { User } from '@supabase/supabase-js'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { useAddress } from '../router.tsx'
import { type Row, supabase } from '../supabase.ts'
import { Await } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

/** A store as one of its members sees it. */
export type MyStore = Row<'stores'> & { role: Row<'store_members'>['role'] }

/** Which of several stores was worked for last. */
const CHOSEN = 'store'

export function chooseStore(id: string): void {
  localStorage.setItem(CHOSEN, id)
}

const PARTS = [
  ['/sell', 'sell.home'],
  ['/sell/orders', 'sell.orders'],
  ['/sell/appointments', 'sell.appointments'],
  ['/sell/money', 'money.title'],
  ['/sell/services', 'sell.services'],
  ['/sell/hours', 'hours.title'],
  ['/sell/messages', 'chat.title'],
  ['/sell/reviews', 'review.title'],
  ['/sell/products', 'sell.products'],
  ['/sell/stock', 'sell.stock'],
  ['/sell/discounts', 'sell.discounts'],
  ['/sell/webhooks', 'webhooks.title'],
] as const

/** What stands around every screen of a seller: which store, and where to go in it. */
export function SellerFrame(
  { children }: { children: (store: MyStore, reload: () => Promise<void>, user: User) => ComponentChildren },
) {
  return <SignInFirst>{(user) => <Frame user={user}>{children}</Frame>}</SignInFirst>
}

function Frame(
  { user, children }: {
    user: User
    children: (store: MyStore, reload: () => Promise<void>, user: User) => ComponentChildren
  },
) {
  const path = useAddress().split('?')[0]
  const [chosen, setChosen] = useState(localStorage.getItem(CHOSEN))
  const stores = useLoad(async () => {
    const { data } = await supabase.from('store_members')
      .select('role, stores!store_members_store_id_fkey(*)').eq('user_id', user.id).throwOnError()
    return data.map(({ role, stores: store }): MyStore => ({ ...store, role }))
      .filter(({ status }) => status !== 'closed')
  }, [user.id])
  return (
    <Await of={stores}>
      {(mine) => {
        const store = mine.find(({ id }) => id === chosen) ?? mine[0]
        if (store === undefined) {
          return (
            <div class='empty'>
              <h1>{t('sell.none')}</h1>
              <p>{t('sell.noneText')}</p>
              <a class='button primary' href='/sell/new'>{t('sell.open')}</a>
            </div>
          )
        }
        return (
          <>
            <div class='row spread'>
              {mine.length === 1
                ? (
                  <strong>
                    <bdi>{store.name}</bdi>
                  </strong>
                )
                : (
                  <select
                    aria-label={t('sell.which')}
                    value={store.id}
                    onChange={(event) => {
                      chooseStore(event.currentTarget.value)
                      setChosen(event.currentTarget.value)
                    }}
                  >
                    {mine.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
                  </select>
                )}
              <a href='/sell/new'>{t('sell.another')}</a>
            </div>
            <nav class='tabs' aria-label={t('sell.parts')}>
              {PARTS.map(([href, key]) => {
                const isHere = href === '/sell' ? path === href : path?.startsWith(href)
                return <a key={href} href={href} aria-current={isHere ? 'page' : undefined}>{t(key)}</a>
              })}
            </nav>
            <div key={store.id}>{children(store, stores.reload, user)}</div>
          </>
        )
      }}
    </Await>
  )
}
