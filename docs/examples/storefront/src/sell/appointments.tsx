import { useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { moment, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** The store's agenda from today on, on the store's own clock. */
export default function Appointments() {
  useTitle(t('sell.appointments'))
  return <SellerFrame>{(store) => <Agenda store={store} />}</SellerFrame>
}

function Agenda({ store }: { store: MyStore }) {
  const agenda = useLoad(async () => {
    const today = new Date()
    today.setHours(0, 0, 0, 0)
    const { data } = await supabase.from('bookings')
      .select('id, status, starts_at, service_name, staff_name, customer_name')
      .eq('store_id', store.id).in('status', ['requested', 'confirmed'])
      .gte('starts_at', today.toISOString()).order('starts_at').order('id').limit(100).throwOnError()
    return data
  }, [store.id])
  useLive(`store:${store.id}:bookings`, () => void agenda.reload())
  return (
    <>
      <h1>{t('sell.appointments')}</h1>
      <Await of={agenda}>
        {(rows) =>
          rows.length === 0 ? <p class='empty'>{t('booking.none')}</p> : (
            <ul>
              {rows.map((booking) => (
                <li key={booking.id} class='sheet'>
                  <div class='row spread'>
                    <a href={`/sell/appointments/${booking.id}`}>
                      {moment(booking.starts_at, store.time_zone)} · <bdi>{booking.customer_name}</bdi>
                    </a>
                    <span class={`badge ${booking.status}`}>{t(`booking.status.${booking.status}`)}</span>
                  </div>
                  <p class='quiet'>
                    <bdi>{booking.service_name}</bdi> · <bdi>{booking.staff_name}</bdi>
                  </p>
                </li>
              ))}
            </ul>
          )}
      </Await>
    </>
  )
}
