import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Await, StatusBadge, useTitle } from '../ui/parts.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { moment, money, t } from '../words.ts'
import { containing, DeskFrame, Find } from './frame.tsx'

const CANCELLABLE = ['pending', 'confirmed', 'processing']

/** Every order of the marketplace, and those of one customer, number or store. */
export default function DeskOrders({ query }: ScreenProps) {
  useTitle(t('desk.orders'))
  return (
    <DeskFrame title={t('desk.orders')}>
      <List first={query.get('q') ?? ''} />
    </DeskFrame>
  )
}

function List({ first }: { first: string }) {
  const [sought, setSought] = useState(first)
  const orders = useLoad(async () => {
    let request = supabase.from('admin_orders').select()
    if (sought !== '') {
      request = request.or(
        ['reference', 'customer', 'customer_email', 'customer_phone', 'store']
          .map((column) => `${column}.ilike.${containing(sought)}`).join(','),
      )
    }
    const { data } = await request.order('id', { ascending: false }).limit(50).throwOnError()
    return data
  }, [sought])
  const cancel = async (order_id: string, reason: string) => {
    await supabase.rpc('cancel_order', { order_id, reason }).throwOnError()
    await orders.reload()
  }
  return (
    <>
      <Find label={t('desk.findOrders')} sought={first} onFind={setSought} />
      <Await of={orders}>
        {(rows) => (
          <>
            {rows.length === 0 && <p class='empty'>{t('desk.nothingFound')}</p>}
            <ul>
              {rows.map((order) => (
                <li key={order.id} class='sheet'>
                  <div class='row spread'>
                    <a href={`/sell/orders/${order.id}`}>
                      <bdi>{order.reference ?? order.id}</bdi>
                    </a>
                    <StatusBadge status={order.status} />
                  </div>
                  <div class='row spread'>
                    <span class='quiet'>
                      <bdi>
                        {[order.store, order.customer, order.customer_phone].filter(Boolean).join(' · ')}
                      </bdi>
                      {' · '}
                      {moment(order.created_at)}
                    </span>
                    <strong>{money(order.total_amount, order.currency)}</strong>
                  </div>
                  {CANCELLABLE.includes(order.status) && (
                    <WithReason
                      label={t('order.cancel')}
                      question={t('desk.cancelQuestion')}
                      act={(reason) => cancel(order.id, reason)}
                    />
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Await>
    </>
  )
}
