import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { MyWishes } from '../ui/waiting.tsx'
import { moment, t } from '../words.ts'

/** What the customer waits for, and her appointments, the latest first. */
export default function Bookings() {
  useTitle(t('booking.mine'))
  return (
    <div class='narrow'>
      <h1>{t('booking.mine')}</h1>
      <SignInFirst>
        {(user) => (
          <>
            <MyWishes userId={user.id} />
            <List userId={user.id} />
          </>
        )}
      </SignInFirst>
    </div>
  )
}

function List({ userId }: { userId: string }) {
  const bookings = useLoad(async () => {
    const { data } = await supabase.from('bookings')
      .select('id, status, starts_at, service_name, stores(name)')
      .eq('customer_id', userId).order('starts_at', { ascending: false }).order('id').limit(50).throwOnError()
    return data
  }, [userId])
  return (
    <Await of={bookings}>
      {(mine) =>
        mine.length === 0 ? <p class='empty'>{t('booking.none')}</p> : (
          <ul>
            {mine.map((booking) => (
              <li key={booking.id} class='sheet'>
                <div class='row spread'>
                  <a href={`/bookings/${booking.id}`}>
                    <bdi>{booking.service_name}</bdi> · <bdi>{booking.stores.name}</bdi>
                  </a>
                  <span class={`badge ${booking.status}`}>{t(`booking.status.${booking.status}`)}</span>
                </div>
                <p class='quiet'>{moment(booking.starts_at)}</p>
              </li>
            ))}
          </ul>
        )}
    </Await>
  )
}
