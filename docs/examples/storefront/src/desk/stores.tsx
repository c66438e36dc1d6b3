import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { moment, t } from '../words.ts'
import { containing, DeskFrame, Find } from './frame.tsx'

/** Stores that wait for approval first, then the others. */
export default function DeskStores() {
  useTitle(t('desk.stores'))
  return (
    <DeskFrame title={t('desk.stores')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const [sought, setSought] = useState('')
  const stores = useLoad(async () => {
    const read = () => {
      const request = supabase.from('admin_stores').select().order('created_at', { ascending: false }).limit(
        50,
      )
      return sought === '' ? request : request.or(
        ['name', 'link', 'owner_email', 'owner_phone'].map((column) =>
          `${column}.ilike.${containing(sought)}`
        )
          .join(','),
      )
    }
    const [{ data: pending }, { data: others }] = await Promise.all([
      read().eq('status', 'pending').throwOnError(),
      read().neq('status', 'pending').throwOnError(),
    ])
    return [...pending, ...others]
  }, [sought])
  const change = async (store_id: string, status: 'active' | 'suspended', reason: string) => {
    await supabase.rpc('set_store_status', { store_id, status, reason }).throwOnError()
    await stores.reload()
  }
  return (
    <>
      <Find label={t('desk.findStores')} onFind={setSought} />
      <Await of={stores}>
        {(rows) => (
          <ul>
            {rows.map((store) => (
              <li key={store.id} class='sheet'>
                <div class='row spread'>
                  <a href={`/${store.link}`}>
                    <bdi>{store.name}</bdi>
                  </a>
                  <span class={`badge ${store.status}`}>{t(`desk.status.${store.status}`)}</span>
                </div>
                <p class='quiet'>
                  <bdi>
                    {[store.owner_name, store.owner_email, store.owner_phone].filter(Boolean).join(' · ')}
                  </bdi>
                  {' · '}
                  <bdi>{store.city}</bdi> · {t('home.products', { count: store.listed_products ?? 0 })} ·{' '}
                  {moment(store.created_at)}
                </p>
                {(store.status === 'pending' || store.status === 'suspended') && (
                  <WithReason
                    label={t('desk.approve')}
                    question={t('desk.toldToStore')}
                    act={(reason) => change(store.id, 'active', reason)}
                  />
                )}
                {store.status === 'active' && (
                  <WithReason
                    label={t('desk.suspend')}
                    question={t('desk.toldToStore')}
                    act={(reason) => change(store.id, 'suspended', reason)}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </Await>
    </>
  )
}
