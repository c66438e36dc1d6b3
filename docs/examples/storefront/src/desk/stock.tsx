import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { number, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

/** What is about to run out, in all stores. */
export default function DeskStock() {
  useTitle(t('desk.stock'))
  return (
    <DeskFrame title={t('desk.stock')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const levels = useLoad(async () => {
    const { data } = await supabase.from('admin_stock').select().eq('is_low', true).order('available').limit(
      100,
    )
      .throwOnError()
    return data
  }, [])
  return (
    <Await of={levels}>
      {(rows) =>
        rows.length === 0
          ? <p class='empty'>{t('desk.nothingWaits')}</p>
          : (
            <div class='scroll' tabIndex={0} role='region' aria-label={t('desk.stock')}>
              <table>
                <thead>
                  <tr>
                    <th scope='col'>{t('desk.product')}</th>
                    <th scope='col'>{t('desk.store')}</th>
                    <th scope='col' class='amount'>{t('desk.available')}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((level) => (
                    <tr key={level.variant_id}>
                      <td>
                        <bdi>{level.product}</bdi>
                      </td>
                      <td>
                        <bdi>{level.store}</bdi>
                      </td>
                      <td class='amount'>{number(level.available ?? 0)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
    </Await>
  )
}
