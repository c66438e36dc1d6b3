import { useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { rangeOf } from '../ui/waiting.tsx'
import { day, moment, number, t, timeOfDay } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

const DAY_MS = 86_400_000

type Entry = Pick<
  Row<'bookings'>,
  'id' | 'status' | 'starts_at' | 'ends_at' | 'service_name' | 'staff_name' | 'customer_name'
>

/** A week of the store on its own clock, what waits for its answer, and who waits for a time. */
export default function Appointments({ query }: ScreenProps) {
  useTitle(t('sell.appointments'))
  return <SellerFrame>{(store) => <Calendar store={store} week={query.get('week')} />}</SellerFrame>
}

/** The day in a zone, `2030-12-24`. */
const dateIn = (instant: Date, timeZone: string) => instant.toLocaleDateString('en-CA', { timeZone })

/** So many days later. Dates are counted at noon UTC, where no clock is changed. */
function later(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The Monday of a date's week. */
function mondayOf(date: string): string {
  return later(date, -((new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7))
}

function Calendar({ store, week }: { store: MyStore; week: string | null }) {
  const today = dateIn(new Date(), store.time_zone)
  const monday = mondayOf(week !== null && /^\d{4}-\d\d-\d\d$/.test(week) ? week : today)
  const days = [0, 1, 2, 3, 4, 5, 6].map((offset) => later(monday, offset))
  const known = useLoad(async () => {
    const columns = 'id, status, starts_at, ends_at, service_name, staff_name, customer_name'
    const [{ data: booked }, { data: requests }, { data: waiting }] = await Promise.all([
      // A week of any zone lies within these days of UTC.
      supabase.from('bookings').select(columns).eq('store_id', store.id)
        .in('status', ['held', 'requested', 'confirmed', 'completed', 'no_show'])
        .gte('starts_at', `${later(monday, -1)}T00:00:00Z`).lt('starts_at', `${later(monday, 8)}T00:00:00Z`)
        .order('starts_at').order('id').limit(1000).throwOnError(),
      supabase.from('bookings').select(columns).eq('store_id', store.id).eq('status', 'requested')
        .order('starts_at').order('id').limit(50).throwOnError(),
      supabase.from('waiting_list').select('id, wanted, party_size, status, services!inner(name)')
        .eq('store_id', store.id).in('status', ['waiting', 'offered']).order('id').limit(50).throwOnError(),
    ])
    return { booked, requests, waiting }
  }, [store.id, monday])
  useLive(`store:${store.id}:bookings`, () => void known.reload())
  return (
    <>
      <div class='row spread'>
        <h1>{t('sell.appointments')}</h1>
        <nav class='row' aria-label={t('calendar.weeks')}>
          <a href={`/sell/appointments?week=${later(monday, -7)}`}>{t('calendar.before')}</a>
          <a href='/sell/appointments'>{t('calendar.today')}</a>
          <a href={`/sell/appointments?week=${later(monday, 7)}`}>{t('calendar.after')}</a>
        </nav>
      </div>
      <Await of={known}>
        {({ booked, requests, waiting }) => (
          <>
            {requests.length > 0 && (
              <section>
                <h2>{t('calendar.requests')}</h2>
                <ul>
                  {requests.map((request) => (
                    <li key={request.id} class='sheet'>
                      <a href={`/sell/appointments/${request.id}`}>
                        {moment(request.starts_at, store.time_zone)} · <bdi>{request.customer_name}</bdi>
                      </a>{' '}
                      <span class='quiet'>
                        <bdi>{request.service_name}</bdi>
                      </span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <ol class='week'>
              {days.map((date) => (
                <Day
                  key={date}
                  date={date}
                  isToday={date === today}
                  store={store}
                  entries={booked.filter(({ starts_at }) =>
                    dateIn(new Date(starts_at), store.time_zone) === date
                  )}
                />
              ))}
            </ol>
            {waiting.length > 0 && (
              <section>
                <h2>{t('waiting.title')}</h2>
                <ul>
                  {waiting.map((wish) => {
                    const [from, to] = rangeOf(wish.wanted)
                    return (
                      <li key={wish.id} class='sheet row spread'>
                        <span>
                          <bdi>{wish.services.name}</bdi>{' '}
                          <span class='quiet'>
                            {moment(from, store.time_zone)} – {moment(to, store.time_zone)}
                            {wish.party_size > 1 && <>· {number(wish.party_size)}</>}
                          </span>
                        </span>
                        <span class={`badge ${wish.status === 'offered' ? 'requested' : ''}`}>
                          {t(`waiting.status.${wish.status}`)}
                        </span>
                      </li>
                    )
                  })}
                </ul>
              </section>
            )}
          </>
        )}
      </Await>
    </>
  )
}

function Day(
  { date, isToday, store, entries }: { date: string; isToday: boolean; store: MyStore; entries: Entry[] },
) {
  return (
    <li aria-current={isToday ? 'date' : undefined}>
      <h2>{day(date)}</h2>
      {entries.length === 0 ? <p class='quiet'>{t('calendar.free')}</p> : (
        <ul>
          {entries.map((entry) => (
            <li key={entry.id} class={`entry ${entry.status}`}>
              <a href={`/sell/appointments/${entry.id}`}>
                {timeOfDay(entry.starts_at, store.time_zone)} <bdi>{entry.customer_name}</bdi>
              </a>
              <span class='quiet block'>
                <bdi>{entry.service_name}</bdi> · <bdi>{entry.staff_name}</bdi>
              </span>
              <span class={`badge ${entry.status}`}>{t(`booking.status.${entry.status}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
