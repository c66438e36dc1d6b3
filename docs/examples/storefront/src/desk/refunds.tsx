import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { moment, money, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

/** Refunds that wait for a decision; the marketplace can stand in for any store. */
export default function DeskRefunds() {
  useTitle(t('desk.refunds'))
  return (
    <DeskFrame title={t('desk.refunds')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const refunds = useLoad(async () => {
    const { data } = await supabase.from('admin_refunds').select().eq('status', 'requested')
      .order('created_at').limit(100).throwOnError()
    return data
  }, [])
  const decide = async (refund_id: string, approve: boolean, note: string) => {
    const { data } = await supabase.rpc('decide_refund', { refund_id, approve, note }).throwOnError()
    if (data.status === 'approved') {
      await supabase.functions.invoke('payments/refunds', { body: { refund_id } })
    }
    await refunds.reload()
  }
  return (
    <Await of={refunds}>
      {(rows) => (
        <>
          {rows.length === 0 && <p class='empty'>{t('desk.nothingWaits')}</p>}
          <ul>
            {rows.map((refund) => (
              <li key={refund.id} class='sheet'>
                <div class='row spread'>
                  <bdi>
                    {[refund.order_reference, refund.store, refund.customer].filter(Boolean).join(' · ')}
                  </bdi>
                  <strong>{refund.currency !== null && money(refund.amount, refund.currency)}</strong>
                </div>
                <p>
                  <bdi>{refund.reason}</bdi>
                </p>
                <p class='quiet'>{moment(refund.created_at)}</p>
                <div class='row'>
                  <WithReason
                    label={t('refund.approve')}
                    question={t('desk.toldToCustomer')}
                    act={(note) => decide(refund.id, true, note)}
                  />
                  <WithReason
                    label={t('refund.decline')}
                    question={t('desk.toldToCustomer')}
                    act={(note) => decide(refund.id, false, note)}
                  />
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Await>
  )
}
