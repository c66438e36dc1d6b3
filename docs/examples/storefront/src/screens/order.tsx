import { useState } from 'preact/hooks'
import type { ShippingAddress } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { OfferReviews, type Reviewable } from '../ui/offer-review.tsx'
import { OrderLines, OrderSums, OrderWay, ParcelLink, RefundList } from '../ui/order-parts.tsx'
import { Await, StatusBadge, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Write } from '../ui/write-to-store.tsx'
import { country, t } from '../words.ts'

const CANCELLABLE = ['pending', 'confirmed', 'processing']
const RETURNABLE = ['confirmed', 'processing', 'shipped', 'delivered', 'received']
const RECEIVED = ['delivered', 'received']

/** What of an order may be reviewed: each product once, and the store. */
function received(order: OrderFacts): Reviewable[] {
  const products = new Map(
    order.order_lines.map(({ product_id, product_name }) => [product_id, product_name]),
  )
  return [
    ...[...products].map(([subject_id, name]): Reviewable => ({ subject_type: 'product', subject_id, name })),
    { subject_type: 'store', subject_id: order.store_id, name: order.stores.name },
  ]
}

/** One order, live: what was bought, where it is, and what the customer can do about it. */
export default function OrderScreen({ params }: ScreenProps) {
  return <SignInFirst>{(user) => <Live id={params['id']!} userId={user.id} />}</SignInFirst>
}

function readOrder(id: string) {
  return supabase.from('orders')
    .select(
      '*, stores(name, slug), order_lines(*), shipments(*), refunds(*), ' +
        'order_events(id, kind, from_status, to_status, data, created_at)',
    )
    .eq('id', id)
    .order('position', { referencedTable: 'order_lines' })
    .order('id', { referencedTable: 'order_events' })
    .order('id', { referencedTable: 'refunds' })
    .single()
    .overrideTypes<OrderFacts, { merge: false }>()
    .throwOnError()
}

type OrderFacts = Row<'orders'> & {
  stores: { name: string; slug: string }
  order_lines: Row<'order_lines'>[]
  shipments: Row<'shipments'>[]
  refunds: Row<'refunds'>[]
  order_events: Row<'order_events'>[]
}

function Live({ id, userId }: { id: string; userId: string }) {
  const order = useLoad(async () => (await readOrder(id)).data, [id])
  useLive(`user:${userId}`, () => void order.reload())
  useTitle(order.data?.reference ?? t('order.title'))
  return (
    <Await of={order}>
      {(facts) => <Facts order={facts} userId={userId} reload={order.reload} />}
    </Await>
  )
}

function Facts(
  { order, userId, reload }: { order: OrderFacts; userId: string; reload: () => Promise<void> },
) {
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await reload()
    })
  return (
    <div class='two'>
      <div>
        <p class='quiet'>
          <a href={`/${order.stores.slug}`}>
            <bdi>{order.stores.name}</bdi>
          </a>
        </p>
        <h1>{order.reference === null ? t('order.title') : <bdi>{order.reference}</bdi>}</h1>
        <p role='status'>
          <StatusBadge status={order.status} />
        </p>
        {order.status === 'pending' && (
          <a class='button primary' href={`/checkouts/${order.checkout_id}`}>{t('order.pay')}</a>
        )}
        <section class='sheet'>
          <OrderLines lines={order.order_lines} currency={order.currency} />
        </section>
        <RefundList refunds={order.refunds} />
        <Trouble problem={action.problem} />
        <div class='row'>
          {order.status === 'delivered' && (
            <button
              type='button'
              class='primary'
              disabled={action.isBusy}
              onClick={() =>
                act(() => supabase.rpc('confirm_receipt', { order_id: order.id }).throwOnError())}
            >
              {t('order.received')}
            </button>
          )}
          {CANCELLABLE.includes(order.status) && (
            <button
              type='button'
              disabled={action.isBusy}
              onClick={() => act(() => supabase.rpc('cancel_order', { order_id: order.id }).throwOnError())}
            >
              {t('order.cancel')}
            </button>
          )}
        </div>
        {RECEIVED.includes(order.status) && (
          <OfferReviews subjects={received(order)} storeId={order.store_id} userId={userId} />
        )}
        <Write
          storeId={order.store_id}
          about={{ subject_type: 'order', subject_id: order.id }}
          label={t('chat.write')}
        />
        {RETURNABLE.includes(order.status) && order.payment_status !== 'unpaid' && (
          <AskForRefund order={order} reload={reload} />
        )}
      </div>
      <aside class='aside'>
        <section class='sheet'>
          <h2>{t('order.way')}</h2>
          <OrderWay events={order.order_events} />
          <ParcelLink shipments={order.shipments} />
        </section>
        <section class='sheet'>
          <OrderSums order={order} />
        </section>
        {order.shipping_address !== null && <Destination address={order.shipping_address} />}
      </aside>
    </div>
  )
}

function Destination({ address }: { address: ShippingAddress }) {
  return (
    <address class='sheet'>
      <bdi>{address.recipient_name}</bdi>
      <br />
      <bdi>{[address.line1, address.line2].filter(Boolean).join(', ')}</bdi>
      <br />
      <bdi>{[address.postal_code, address.city, address.region].filter(Boolean).join(' ')}</bdi>
      <br />
      {country(address.country_code)}
    </address>
  )
}

/** Asks the store for money back: for some pieces, or for all that is left. */
function AskForRefund({ order, reload }: { order: OrderFacts; reload: () => Promise<void> }) {
  const [reason, setReason] = useState('')
  const [pieces, setPieces] = useState<Record<string, number>>({})
  const action = useAction()
  const lines = Object.entries(pieces).filter(([, quantity]) => quantity > 0)
    .map(([order_line_id, quantity]) => ({ order_line_id, quantity }))
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('request_refund', {
        order_id: order.id,
        reason,
        ...(lines.length > 0 ? { lines } : {}),
      }).throwOnError()
      setReason('')
      setPieces({})
      await reload()
    })
  }
  return (
    <details class='sheet'>
      <summary>{t('refund.ask')}</summary>
      <form onSubmit={submit}>
        <fieldset>
          <legend>{t('refund.pieces')}</legend>
          {order.order_lines.filter((line) => line.quantity > line.refunded_quantity).map((line) => (
            <label key={line.id} class='row spread'>
              <bdi>{line.product_name}</bdi>
              <input
                type='number'
                min={0}
                max={line.quantity - line.refunded_quantity}
                value={pieces[line.id] ?? 0}
                onInput={(event) =>
                  setPieces({ ...pieces, [line.id]: event.currentTarget.valueAsNumber || 0 })}
              />
            </label>
          ))}
          <small>{t('refund.allHint')}</small>
        </fieldset>
        <TextField label={t('refund.reason')} value={reason} onValue={setReason} required maxLength={500} />
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('refund.send')}</button>
      </form>
    </details>
  )
}
