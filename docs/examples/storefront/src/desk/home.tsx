import type { SalesSummary } from '../../../../../supabase/api.types.ts'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { money, number, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

const DAYS = 30

/** What waits for a person, and what was sold. */
export default function Desk() {
  useTitle(t('frame.desk'))
  return (
    <DeskFrame title={t('desk.home')}>
      <Waiting />
      <Sales />
    </DeskFrame>
  )
}

function Waiting() {
  const waiting = useLoad(async () => {
    const [stores, refunds, stock, reviews, messages, alerts] = await Promise.all([
      supabase.from('admin_stores').select('id', { count: 'exact', head: true }).eq('status', 'pending')
        .throwOnError(),
      supabase.from('admin_refunds').select('id', { count: 'exact', head: true }).eq('status', 'requested')
        .throwOnError(),
      supabase.from('admin_stock').select('variant_id', { count: 'exact', head: true }).eq('is_low', true)
        .throwOnError(),
      supabase.from('admin_moderation').select('id', { count: 'exact', head: true }).is('closed_at', null)
        .throwOnError(),
      supabase.from('admin_message_reports').select('id', { count: 'exact', head: true }).eq('status', 'open')
        .throwOnError(),
      supabase.from('admin_alerts').select('id', { count: 'exact', head: true }).is('resolved_at', null)
        .throwOnError(),
    ])
    return [
      ['/desk/stores', stores.count ?? 0, 'desk.pendingStores'],
      ['/desk/refunds', refunds.count ?? 0, 'desk.openRefunds'],
      ['/desk/reports', reviews.count ?? 0, 'desk.openReviews'],
      ['/desk/reports', messages.count ?? 0, 'desk.openMessages'],
      ['/desk/alerts', alerts.count ?? 0, 'desk.openAlerts'],
      ['/desk/stock', stock.count ?? 0, 'desk.lowStock'],
    ] as const
  }, [])
  return (
    <Await of={waiting}>
      {(counts) => (
        <div class='figures'>
          {counts.map(([href, count, key]) => (
            <p key={key} class='sheet'>
              <strong>{number(count)}</strong> <a href={href}>{t(key)}</a>
            </p>
          ))}
        </div>
      )}
    </Await>
  )
}

function Sales() {
  const sales = useLoad(async () => {
    const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
    const { data } = await supabase.rpc('sales_summary', { from_date: day(DAYS - 1), to_date: day(0) })
      .throwOnError()
    return data
  }, [])
  return (
    <Await of={sales}>
      {({ currencies }) => (
        <>
          {currencies.map((sold) => (
            <section key={sold.currency} class='sheet'>
              <h2>{t('desk.sold', { days: DAYS, amount: money(sold.total_amount, sold.currency) })}</h2>
              <p class='quiet'>
                {t('desk.soldOrders', { count: sold.orders })} · {t('sum.refunded')}{' '}
                {money(sold.refunded_amount, sold.currency)}
              </p>
              <Plot sold={sold} />
            </section>
          ))}
        </>
      )}
    </Await>
  )
}

/** A bar for each day; the same as a table for those who cannot see it. */
function Plot({ sold }: { sold: SalesSummary['currencies'][number] }) {
  const highest = Math.max(1, ...sold.days.map(({ total_amount }) => total_amount))
  return (
    <>
      <svg
        class='plot'
        viewBox={`0 0 ${sold.days.length * 10} 100`}
        preserveAspectRatio='none'
        aria-hidden='true'
      >
        <line x1='0' x2='100%' y1='99.5' y2='99.5' />
        {sold.days.map(({ date, total_amount }, index) => {
          const height = 98 * total_amount / highest
          return <rect key={date} x={index * 10 + 1} width='8' y={99 - height} height={height} />
        })}
      </svg>
      <details>
        <summary>{t('desk.asTable')}</summary>
        <table>
          <tbody>
            {sold.days.filter(({ orders }) => orders > 0).map((day) => (
              <tr key={day.date}>
                <th scope='row'>{day.date}</th>
                <td class='amount'>{number(day.orders)}</td>
                <td class='amount'>{money(day.total_amount, sold.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  )
}
