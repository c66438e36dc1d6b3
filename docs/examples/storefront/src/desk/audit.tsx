import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { moment, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

/** Who changed what, the newest first. */
export default function DeskAudit() {
  useTitle(t('desk.audit'))
  return (
    <DeskFrame title={t('desk.audit')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const entries = useLoad(async () => {
    const { data } = await supabase.from('admin_audit').select().order('at', { ascending: false }).limit(100)
      .throwOnError()
    return data
  }, [])
  return (
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
  )
}
