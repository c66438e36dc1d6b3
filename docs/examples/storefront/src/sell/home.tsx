import { useEffect, useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { apiUrl, supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { amountOf, money, number, t } from '../words.ts'
import { chooseStore, type MyStore, SellerFrame } from './frame.tsx'

const DAYS = 30

/** A seller's first screen: the link to share, what was sold, how parcels go, and who works here. */
export default function SellHome({ query }: ScreenProps) {
  useTitle(t('sell.title'))
  const asked = query.get('store')
  useEffect(() => {
    if (asked === null) return
    chooseStore(asked)
    navigate('/sell', { replace: true })
  }, [asked])
  if (asked !== null) return null
  return (
    <SellerFrame>
      {(store, reload) => (
        <>
          <h1>
            <bdi>{store.name}</bdi>
          </h1>
          {store.status === 'pending' && <p class='warn'>{t('sell.pending')}</p>}
          {store.status === 'suspended' && <p class='trouble'>{t('sell.suspended')}</p>}
          {store.role !== 'staff' && <Sales store={store} />}
          {store.status === 'active' && <Share store={store} />}
          {store.role !== 'staff' && <OpenOrClosed store={store} reload={reload} />}
          {store.role !== 'staff' && <Shipping store={store} />}
          {store.role === 'owner' && <Invite store={store} />}
        </>
      )}
    </SellerFrame>
  )
}

/** The store's address, to copy, and as a code for a poster. */
function Share({ store }: { store: MyStore }) {
  const [isCopied, setCopied] = useState(false)
  const url = `${location.origin}/${store.slug}`
  return (
    <section class='sheet row'>
      <img class='qr' src={`${apiUrl}/functions/v1/store-links/${store.slug}/qr.svg`} alt={t('sell.qr')} />
      <div>
        <h2>{t('sell.share')}</h2>
        <p>
          <a href={`/${store.slug}`} dir='ltr'>{url}</a>
        </p>
        <button
          type='button'
          onClick={() => void navigator.clipboard.writeText(url).then(() => setCopied(true))}
        >
          {t('sell.copy')}
        </button>
        <span role='status'>{isCopied && t('sell.copied')}</span>
      </div>
    </section>
  )
}

function Sales({ store }: { store: MyStore }) {
  const sales = useLoad(async () => {
    const day = (daysAgo: number) =>
      new Date(Date.now() - daysAgo * 86_400_000).toLocaleDateString('en-CA', { timeZone: store.time_zone })
    const { data } = await supabase.rpc('sales_summary', {
      store_id: store.id,
      from_date: day(DAYS - 1),
      to_date: day(0),
    }).throwOnError()
    return data
  }, [store.id])
  return (
    <Await of={sales}>
      {({ currencies }) => {
        const [sold] = currencies
        return (
          <section class='figures' aria-label={t('sell.sales', { days: DAYS })}>
            <p class='sheet'>
              <strong>{number(sold?.orders ?? 0)}</strong> {t('sell.soldOrders', { days: DAYS })}
            </p>
            <p class='sheet'>
              <strong>{money(sold?.total_amount ?? 0, sold?.currency ?? store.currency)}</strong>{' '}
              {t('sell.soldAmount')}
            </p>
            <p class='sheet'>
              <strong>{money(sold?.refunded_amount ?? 0, sold?.currency ?? store.currency)}</strong>{' '}
              {t('sum.refunded')}
            </p>
          </section>
        )
      }}
    </Await>
  )
}

function OpenOrClosed({ store, reload }: { store: MyStore; reload: () => Promise<void> }) {
  const [description, setDescription] = useState(store.description)
  const action = useAction()
  const save = (change: { is_open?: boolean; description?: string }) =>
    void action.run(async () => {
      await supabase.from('stores').update(change).eq('id', store.id).throwOnError()
      await reload()
    })
  return (
    <section class='sheet'>
      <label class='facet'>
        <input
          type='checkbox'
          checked={store.is_open}
          onChange={(event) => save({ is_open: event.currentTarget.checked })}
        />
        {t('sell.takesOrders')}
      </label>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save({ description })
        }}
      >
        <TextField label={t('sell.description')} value={description} onValue={setDescription} />
        <button type='submit' disabled={action.isBusy}>{t('action.save')}</button>
      </form>
      <Trouble problem={action.problem} />
    </section>
  )
}

/** How parcels go, and what that costs. */
function Shipping({ store }: { store: MyStore }) {
  const [name, setName] = useState('')
  const [rate, setRate] = useState('')
  const action = useAction()
  const methods = useLoad(async () => {
    const { data } = await supabase.from('shipping_methods').select().eq('store_id', store.id)
      .eq('is_active', true).order('position').throwOnError()
    return data
  }, [store.id])
  const add = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.from('shipping_methods').insert({
        store_id: store.id,
        name,
        kind: 'flat',
        rate_amount: amountOf(rate, store.currency),
        currency: store.currency,
      }).throwOnError()
      setName('')
      setRate('')
      await methods.reload()
    })
  }
  return (
    <section class='sheet'>
      <h2>{t('checkout.shipping')}</h2>
      <Await of={methods}>
        {(offered) => (
          <ul>
            {offered.map((method) => (
              <li key={method.id} class='row spread'>
                <bdi>{method.name}</bdi>
                <span>
                  {method.rate_amount === 0 ? t('checkout.free') : money(method.rate_amount, method.currency)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <details>
        <summary>{t('sell.addShipping')}</summary>
        <form onSubmit={add}>
          <div class='pair'>
            <TextField label={t('sell.name')} value={name} onValue={setName} required />
            <TextField
              label={`${t('sell.rate')}, ${store.currency}`}
              inputMode='decimal'
              value={rate}
              onValue={setRate}
              required
            />
          </div>
          <button type='submit' disabled={action.isBusy}>{t('action.save')}</button>
        </form>
      </details>
      <Trouble problem={action.problem} />
    </section>
  )
}

function Invite({ store }: { store: MyStore }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<'staff' | 'manager'>('staff')
  const [sentTo, setSentTo] = useState<string>()
  const action = useAction()
  const invite = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('invite_member', { store_id: store.id, role, email }).throwOnError()
      setSentTo(email)
      setEmail('')
    })
  }
  return (
    <details class='sheet'>
      <summary>{t('sell.invite')}</summary>
      <form onSubmit={invite}>
        <TextField label={t('signIn.email')} type='email' value={email} onValue={setEmail} required />
        <label class='inline'>
          <span>{t('sell.role')}</span>
          <select value={role} onChange={(event) => setRole(event.currentTarget.value as typeof role)}>
            <option value='staff'>{t('sell.role.staff')}</option>
            <option value='manager'>{t('sell.role.manager')}</option>
          </select>
        </label>
        <Trouble problem={action.problem} />
        <div class='row'>
          <button type='submit' disabled={action.isBusy}>{t('sell.sendInvitation')}</button>
          <span role='status'>{sentTo !== undefined && t('sell.invited', { to: sentTo })}</span>
        </div>
      </form>
    </details>
  )
}
