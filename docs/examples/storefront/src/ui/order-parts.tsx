import type { Row } from '../supabase.ts'
import { hasWords, moment, money, number, t } from '../words.ts'
import { Picture, Sums } from './parts.tsx'

/** What was bought, as it was then. */
export function OrderLines({ lines, currency }: { lines: Row<'order_lines'>[]; currency: string }) {
  return (
    <ul class='lines'>
      {lines.map((line) => (
        <li key={line.id}>
          <Picture path={line.image_path} alt='' sizes='5rem' />
          <div>
            <bdi>{line.product_name}</bdi>
            <p class='quiet'>
              {line.variant_title !== null && (
                <>
                  <bdi>{line.variant_title}</bdi> ·{' '}
                </>
              )}
              {number(line.quantity)} × {money(line.unit_price_amount, currency)}
              {line.sku !== null && (
                <>
                  · <bdi>{line.sku}</bdi>
                </>
              )}
            </p>
            {line.refunded_quantity > 0 && (
              <p class='quiet'>{t('refund.piecesBack', { count: line.refunded_quantity })}</p>
            )}
          </div>
          <span class='amount'>{money(line.subtotal_amount, currency)}</span>
        </li>
      ))}
    </ul>
  )
}

/** What an order adds up to, and what went back. */
export function OrderSums({ order }: { order: Row<'orders'> }) {
  const rows: [string, number][] = [[t('sum.subtotal'), order.subtotal_amount]]
  if (order.discount_amount > 0) rows.push([t('sum.discount'), -order.discount_amount])
  rows.push([t('sum.shipping'), order.shipping_amount])
  if (order.tax_amount > 0) rows.push([t('sum.tax'), order.tax_amount])
  if (order.refunded_amount > 0) rows.push([t('sum.refunded'), -order.refunded_amount])
  rows.push([t('sum.total'), order.total_amount])
  return (
    <>
      <Sums currency={order.currency} rows={rows} />
      <p class='quiet'>
        {t(`order.by.${order.payment_method}`)} · {t(`order.payment.${order.payment_status}`)}
      </p>
    </>
  )
}

/** Everything that happened to an order, oldest first. */
export function OrderWay({ events }: { events: Row<'order_events'>[] }) {
  return (
    <ol class='way'>
      {events.map((event) => {
        const key = `event.${event.kind}.${event.to_status}`
        if (!hasWords(key)) return null
        const isBad = ['cancelled', 'failed', 'rejected'].includes(event.to_status ?? '')
        return (
          <li key={event.id} class={isBad ? 'bad' : undefined}>
            {t(key)}
            <br />
            <span class='quiet'>{moment(event.created_at)}</span>
          </li>
        )
      })}
    </ol>
  )
}

/** The parcel; only what is an ordinary web address becomes a link, for a store typed it. */
export function ParcelLink({ shipments }: { shipments: Row<'shipments'>[] }) {
  return (
    <>
      {shipments.filter(({ tracking_number }) => tracking_number !== null).map((shipment) => {
        const name = [shipment.carrier, shipment.tracking_number].filter(Boolean).join(' ')
        const isLink = /^https?:\/\//i.test(shipment.tracking_url ?? '')
        return (
          <p key={shipment.id}>
            {isLink
              ? (
                <a href={shipment.tracking_url!} target='_blank' rel='noreferrer'>
                  <bdi>{name}</bdi>
                </a>
              )
              : <bdi>{name}</bdi>}
          </p>
        )
      })}
    </>
  )
}

export function RefundList({ refunds }: { refunds: Row<'refunds'>[] }) {
  if (refunds.length === 0) return null
  return (
    <section class='sheet'>
      <h2>{t('refund.title')}</h2>
      <ul>
        {refunds.map((refund) => (
          <li key={refund.id}>
            <div class='row spread'>
              <span>{money(refund.amount, refund.currency)}</span>
              <span class={`badge ${refund.status}`}>{t(`refund.status.${refund.status}`)}</span>
            </div>
            {refund.reason !== null && (
              <p class='quiet'>
                <bdi>{refund.reason}</bdi>
              </p>
            )}
            {refund.decision_note !== null && (
              <p class='quiet'>
                <bdi>{refund.decision_note}</bdi>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
