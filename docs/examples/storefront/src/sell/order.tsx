import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { OrderLines, OrderSums, OrderWay, ParcelLink } from '../ui/order-parts.tsx'
import { Await, StatusBadge, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Write } from '../ui/write-to-store.tsx'
import { country, money, t } from '../words.ts'

type OrderFacts = Row<'orders'> & {
  stores: { name: string }
  order_lines: Row<'order_lines'>[]
  shipments: Row<'shipments'>[]
  refunds: Row<'refunds'>[]
  order_events: Row<'order_events'>[]
}

/** One order, for the store: from the shelf to the door, and back. */
export default function SellerOrder({ params }: ScreenProps) {
  return <SignInFirst>{() => <Live id={params['id']!} />}</SignInFirst>
}

function Live({ id }: { id: string }) {
  const order = useLoad(async () => {
    const { data } = await supabase.from('orders')
      .select(
        '*, stores(name), order_lines(*), shipments(*), refunds(*), ' +
          'order_events(id, kind, from_status, to_status, data, created_at)',
      )
      .eq('id', id)
      .order('position', { referencedTable: 'order_lines' })
      .order('id', { referencedTable: 'order_events' })
      .order('id', { referencedTable: 'refunds' })
      .single().overrideTypes<OrderFacts, { merge: false }>().throwOnError()
    return data
  }, [id])
  const storeId = order.data?.store_id
  useLive(storeId === undefined ? undefined : `store:${storeId}:orders`, () => void order.reload())
  useTitle(order.data?.reference ?? t('order.title'))
  return <Await of={order}>{(facts) => <Facts order={facts} reload={order.reload} />}</Await>
}

function Facts({ order, reload }: { order: OrderFacts; reload: () => Promise<void> }) {
  return (
    <div class='two'>
      <div>
        <p class='quiet'>
          <a href='/sell/orders'>{t('sell.orders')}</a> · <bdi>{order.stores.name}</bdi>
        </p>
        <h1>
          <bdi>{order.reference ?? t('order.title')}</bdi>
        </h1>
        <p role='status'>
          <StatusBadge status={order.status} />
        </p>
        <NextStep order={order} reload={reload} />
        <section class='sheet'>
          <OrderLines lines={order.order_lines} currency={order.currency} />
        </section>
        {order.refunds.map((refund) => <RefundToDecide key={refund.id} refund={refund} reload={reload} />)}
      </div>
      <aside class='aside'>
        <section class='sheet'>
          <OrderSums order={order} />
        </section>
        <section class='sheet'>
          <p>
            <bdi>{order.customer_name}</bdi>
            {order.customer_phone !== null && (
              <>
                <br />
                <a href={`tel:${order.customer_phone}`} dir='ltr'>{order.customer_phone}</a>
              </>
            )}
          </p>
          {order.shipping_address !== null && (
            <address>
              <bdi>
                {[
                  order.shipping_address.recipient_name,
                  order.shipping_address.line1,
                  order.shipping_address.line2,
                  order.shipping_address.postal_code,
                  order.shipping_address.city,
                ].filter(Boolean).join(', ')}
              </bdi>
              , {country(order.shipping_address.country_code)}
            </address>
          )}
          <ParcelLink shipments={order.shipments} />
          {order.customer_id !== null && (
            <Write
              storeId={order.store_id}
              about={{ subject_type: 'order', subject_id: order.id }}
              label={t('chat.writeToCustomer')}
              inbox='/sell/messages'
            />
          )}
        </section>
        <section class='sheet'>
          <OrderWay events={order.order_events} />
        </section>
      </aside>
    </div>
  )
}

/** What the store does next with an order. */
function NextStep({ order, reload }: { order: OrderFacts; reload: () => Promise<void> }) {
  const [parcel, setParcel] = useState({ carrier: '', tracking_number: '', tracking_url: '' })
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await reload()
    })
  const advance = (status: 'processing' | 'shipped' | 'delivered') =>
    act(() =>
      supabase.rpc('advance_order', {
        order_id: order.id,
        status,
        ...(status === 'shipped'
          ? {
            carrier: parcel.carrier || null,
            tracking_number: parcel.tracking_number || null,
            tracking_url: parcel.tracking_url || null,
          }
          : {}),
      }).throwOnError()
    )
  const field = (name: keyof typeof parcel) => ({
    value: parcel[name],
    onValue: (value: string) => setParcel({ ...parcel, [name]: value }),
  })
  const isUnpaidCash = order.payment_method === 'cash_on_delivery' && order.payment_status === 'unpaid'
  return (
    <section>
      {(order.status === 'confirmed' || order.status === 'processing') && (
        <form
          class='sheet'
          onSubmit={(event) => {
            event.preventDefault()
            advance('shipped')
          }}
        >
          <div class='pair'>
            <TextField label={t('ship.carrier')} {...field('carrier')} />
            <TextField label={t('ship.number')} {...field('tracking_number')} />
          </div>
          <TextField label={t('ship.url')} type='url' dir='ltr' {...field('tracking_url')} />
          <div class='row'>
            <button type='submit' class='primary' disabled={action.isBusy}>{t('ship.ship')}</button>
            {order.status === 'confirmed' && (
              <button
                type='button'
                disabled={action.isBusy}
                onClick={() => advance('processing')}
              >
                {t('ship.prepare')}
              </button>
            )}
            <button
              type='button'
              class='plain'
              disabled={action.isBusy}
              onClick={() => act(() => supabase.rpc('cancel_order', { order_id: order.id }).throwOnError())}
            >
              {t('order.cancel')}
            </button>
          </div>
        </form>
      )}
      {order.status === 'shipped' && (
        <div class='row'>
          {isUnpaidCash && (
            <button
              type='button'
              class='primary'
              disabled={action.isBusy}
              onClick={() =>
                act(() => supabase.rpc('record_cash_payment', { order_id: order.id }).throwOnError())}
            >
              {t('ship.cash', { amount: money(order.total_amount, order.currency) })}
            </button>
          )}
          <button
            type='button'
            class={isUnpaidCash ? undefined : 'primary'}
            disabled={action.isBusy || isUnpaidCash}
            onClick={() => advance('delivered')}
          >
            {t('ship.delivered')}
          </button>
        </div>
      )}
      <Trouble problem={action.problem} />
    </section>
  )
}

function RefundToDecide({ refund, reload }: { refund: Row<'refunds'>; reload: () => Promise<void> }) {
  const [note, setNote] = useState('')
  const [restock, setRestock] = useState(false)
  const action = useAction()
  const decide = (approve: boolean) =>
    void action.run(async () => {
      const { data } = await supabase.rpc('decide_refund', {
        refund_id: refund.id,
        approve,
        restock: approve && restock,
        note: note || null,
      }).throwOnError()
      // A card is refunded now; were this to get lost, a job does it within a minute.
      if (data.status === 'approved') {
        await supabase.functions.invoke('payments/refunds', { body: { refund_id: refund.id } })
      }
      await reload()
    })
  return (
    <section class='sheet'>
      <div class='row spread'>
        <h2>{t('refund.one', { amount: money(refund.amount, refund.currency) })}</h2>
        <span class={`badge ${refund.status}`}>{t(`refund.status.${refund.status}`)}</span>
      </div>
      {refund.reason !== null && (
        <p>
          <bdi>{refund.reason}</bdi>
        </p>
      )}
      {refund.status === 'requested' && (
        <>
          <TextField label={t('refund.note')} value={note} onValue={setNote} maxLength={500} />
          <label class='facet'>
            <input
              type='checkbox'
              checked={restock}
              onChange={(event) => setRestock(event.currentTarget.checked)}
            />
            {t('refund.restock')}
          </label>
          <div class='row'>
            <button type='button' class='primary' disabled={action.isBusy} onClick={() => decide(true)}>
              {t('refund.approve')}
            </button>
            <button type='button' disabled={action.isBusy} onClick={() => decide(false)}>
              {t('refund.decline')}
            </button>
          </div>
        </>
      )}
      <Trouble problem={action.problem} />
    </section>
  )
}
