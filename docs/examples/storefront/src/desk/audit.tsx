import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { moment, t } from '../words.ts'
import { containing, DeskFrame, Find } from './frame.tsx'

/** Who changed what, the newest first, and why. */
export default function DeskAudit() {
  useTitle(t('desk.audit'))
  return (
    <DeskFrame title={t('desk.audit')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const [sought, setSought] = useState('')
  const entries = useLoad(async () => {
    let request = supabase.from('admin_audit').select()
    if (sought !== '') {
      request = request.or(
        ['actor', 'store', 'table_name', 'reason'].map((column) => `${column}.ilike.${containing(sought)}`)
          .join(','),
      )
    }
    const { data } = await request.order('at', { ascending: false }).limit(100).throwOnError()
    return data
  }, [sought])
  return (
    <>
      <Find label={t('desk.findChanges')} onFind={setSought} />
      <Await of={entries}>
        {(rows) => (
          <ul>
            {rows.map((entry) => (
              <li key={entry.id} class='sheet'>
                <div class='row spread'>
                  <span>
                    {t(`desk.audit.${entry.action}`)} <code>{entry.table_name}</code>
                    {entry.store !== null && (
                      <>
                        · <bdi>{entry.store}</bdi>
                      </>
                    )}
                  </span>
                  <span class='quiet'>
                    <bdi>{entry.actor ?? t('desk.system')}</bdi> · {moment(entry.at)}
                  </span>
                </div>
                {entry.reason !== null && (
                  <p>
                    <bdi>{entry.reason}</bdi>
                  </p>
                )}
                <details>
                  <summary>{t('desk.details')}</summary>
                  <pre
                    class='scroll'
                    tabIndex={0}
                  >{JSON.stringify({ before: entry.before, after: entry.after }, null, 2)}</pre>
                </details>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </>
  )
}
