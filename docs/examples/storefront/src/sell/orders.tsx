import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { type OrderStatus, supabase } from '../supabase.ts'
import { Await, StatusBadge, useTitle } from '../ui/parts.tsx'
import { moment, money, number, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'
import { ring } from './sound.ts'

const FILTERS: Record<'open' | 'sent' | 'all', OrderStatus[] | undefined> = {
  open: ['confirmed', 'processing'],
  sent: ['shipped', 'delivered', 'received'],
  all: undefined,
}
type Filter = keyof typeof FILTERS

/** A store's orders as they come in. A sound is only made for those who asked for one. */
export default function SellerOrders() {
  useTitle(t('sell.orders'))
  return <SellerFrame>{(store) => <List store={store} />}</SellerFrame>
}

function List({ store }: { store: MyStore }) {
  const [filter, setFilter] = useState<Filter>('open')
  const [hasSound, setSound] = useState(false)
  const orders = useLoad(async () => {
    let request = supabase.from('orders')
      .select('id, reference, status, total_amount, currency, item_count, customer_name, created_at')
      .eq('store_id', store.id)
    const statuses = FILTERS[filter]
    if (statuses !== undefined) request = request.in('status', statuses)
    const { data } = await request.order('id', { ascending: false }).limit(50).throwOnError()
    return data
  }, [store.id, filter])
  useLive(`store:${store.id}:orders`, (event) => {
    if (event === 'order_created' && hasSound) ring()
    void orders.reload()
  })
  return (
    <>
      <div class='row spread'>
        <h1>{t('sell.orders')}</h1>
        <label class='inline'>
          <input
            type='checkbox'
            checked={hasSound}
            onChange={(event) => setSound(event.currentTarget.checked)}
          />
          {t('sell.sound')}
        </label>
      </div>
      <div class='chips' role='group' aria-label={t('search.filters')}>
        {(Object.keys(FILTERS) as Filter[]).map((name) => (
          <button
            key={name}
            type='button'
            class='chip'
            aria-pressed={name === filter}
            onClick={() => setFilter(name)}
          >
            {t(`sell.filter.${name}`)}
          </button>
        ))}
      </div>
      <Await of={orders}>
        {(rows) => (
          <>
            {rows.length === 0 && <p class='empty'>{t('sell.noOrders')}</p>}
            <ul aria-live='polite'>
              {rows.map((order) => (
                <li key={order.id} class='sheet'>
                  <div class='row spread'>
                    <a href={`/sell/orders/${order.id}`}>
                      <bdi>{order.reference ?? t('order.title')}</bdi>
                    </a>
                    <StatusBadge status={order.status} />
                  </div>
                  <p class='row spread'>
                    <span class='quiet'>
                      <bdi>{order.customer_name}</bdi> · {number(order.item_count)} × ·{' '}
                      {moment(order.created_at)}
                    </span>
                    <strong>{money(order.total_amount, order.currency)}</strong>
                  </p>
                </li>
              ))}
            </ul>
          </>
        )}
      </Await>
    </>
  )
}
