import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { moment, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

/** What did not fit and waits for a person; below it, what became of the others. */
export default function DeskAlerts() {
  useTitle(t('desk.alerts'))
  return (
    <DeskFrame title={t('desk.alerts')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const alerts = useLoad(async () => {
    const { data } = await supabase.from('admin_alerts').select()
      .order('resolved_at', { ascending: false, nullsFirst: true })
      .order('created_at', { ascending: false }).limit(100).throwOnError()
    return data
  }, [])
  const resolve = async (alert_id: string, reason: string) => {
    await supabase.rpc('resolve_alert', { alert_id, reason }).throwOnError()
    await alerts.reload()
  }
  return (
    <Await of={alerts}>
      {(rows) => (
        <>
          {rows.every(({ resolved_at }) => resolved_at !== null) && (
            <p class='empty'>{t('desk.nothingWaits')}</p>
          )}
          <ul>
            {rows.map((alert) => (
              <li key={alert.id} class='sheet'>
                <div class='row spread'>
                  <code>{alert.rule}</code>
                  <span class={`badge ${alert.resolved_at === null ? 'failed' : 'active'}`}>
                    {t(alert.resolved_at === null ? 'desk.alert.open' : 'desk.alert.over')}
                  </span>
                </div>
                <p>
                  <bdi>{alert.message}</bdi>
                </p>
                <p class='quiet'>{moment(alert.created_at!)}</p>
                {alert.resolved_at === null
                  ? (
                    <WithReason
                      label={t('desk.resolve')}
                      question={t('desk.resolveQuestion')}
                      act={(reason) => resolve(alert.id!, reason)}
                    />
                  )
                  : (
                    <p class='quiet'>
                      <bdi>{alert.resolution ?? t('desk.alert.byItself')}</bdi>
                      {' · '}
                      <bdi>{alert.resolved_by ?? t('desk.system')}</bdi> · {moment(alert.resolved_at)}
                    </p>
                  )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Await>
  )
}
