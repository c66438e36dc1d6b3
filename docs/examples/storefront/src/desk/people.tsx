import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { moment, t } from '../words.ts'
import { containing, DeskFrame, Find } from './frame.tsx'

/** Everybody with an account, and the way to what they ordered. */
export default function DeskPeople() {
  useTitle(t('desk.people'))
  return (
    <DeskFrame title={t('desk.people')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const [sought, setSought] = useState('')
  const people = useLoad(async () => {
    let request = supabase.from('profiles').select('id, full_name, email, phone, created_at')
    if (sought !== '') {
      request = request.or(
        ['full_name', 'email', 'phone'].map((column) => `${column}.ilike.${containing(sought)}`).join(','),
      )
    }
    const { data } = await request.order('created_at', { ascending: false }).limit(50).throwOnError()
    return data
  }, [sought])
  return (
    <>
      <Find label={t('desk.findPeople')} onFind={setSought} />
      <Await of={people}>
        {(rows) => (
          <>
            {rows.length === 0 && <p class='empty'>{t('desk.nothingFound')}</p>}
            <ul>
              {rows.map((person) => {
                const reach = person.email ?? person.phone
                return (
                  <li key={person.id} class='sheet row spread'>
                    <span>
                      <bdi>{person.full_name ?? t('chat.somebody')}</bdi>{' '}
                      <span class='quiet'>
                        <bdi>{[person.email, person.phone].filter(Boolean).join(' · ')}</bdi>
                        {' · '}
                        {moment(person.created_at)}
                      </span>
                    </span>
                    {reach !== null && (
                      <a href={`/desk/orders?q=${encodeURIComponent(reach)}`}>{t('desk.ordersOf')}</a>
                    )}
                  </li>
                )
              })}
            </ul>
          </>
        )}
      </Await>
    </>
  )
}
