import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { supabase } from '../supabase.ts'
import { moment, t } from '../words.ts'
import { Await, TextField, Trouble } from './parts.tsx'

const DAY_MS = 86_400_000

/** Both ends of a range of times, as Postgres writes it: `["2030-01-01 09:00:00+00","2030-01-02 09:00:00+00")`. */
export function rangeOf(range: unknown): [from: string, to: string] {
  const [from = '', to = ''] = String(range).slice(1, -1).split(',').map((end) =>
    end.replaceAll('"', '').replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  )
  return [from, to]
}

/** A day of the visitor's own calendar, `2030-12-24`. */
const ownDate = (instant: Date) => instant.toLocaleDateString('en-CA')

/** No time suits? Wait for one that somebody gives back. */
export function JoinWaitingList({ serviceId, userId }: { serviceId: string; userId: string }) {
  const [from, setFrom] = useState(ownDate(new Date()))
  const [to, setTo] = useState(ownDate(new Date(Date.now() + 14 * DAY_MS)))
  const action = useAction()
  const wishes = useWishes(userId, serviceId)
  const join = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('join_waiting_list', {
        service_id: serviceId,
        // Whole days on the visitor's clock.
        from_time: new Date(`${from}T00:00`).toISOString(),
        to_time: new Date(new Date(`${to}T00:00`).getTime() + DAY_MS).toISOString(),
      }).throwOnError()
      await wishes.reload()
    })
  }
  return (
    <Await of={wishes}>
      {(mine) =>
        mine.length > 0 ? <WishList wishes={mine} reload={wishes.reload} /> : (
          <form onSubmit={join}>
            <p>{t('waiting.text')}</p>
            <div class='pair'>
              <TextField label={t('quiet.starts')} type='date' value={from} onValue={setFrom} required />
              <TextField label={t('quiet.ends')} type='date' value={to} onValue={setTo} required />
            </div>
            <Trouble problem={action.problem} />
            <button type='submit' disabled={action.isBusy}>{t('waiting.join')}</button>
          </form>
        )}
    </Await>
  )
}

/** What the customer waits for, at all stores. */
export function MyWishes({ userId }: { userId: string }) {
  const wishes = useWishes(userId)
  return (
    <Await of={wishes}>
      {(mine) =>
        mine.length > 0 && (
          <section>
            <h2>{t('waiting.mine')}</h2>
            <WishList wishes={mine} reload={wishes.reload} />
          </section>
        )}
    </Await>
  )
}

function useWishes(userId: string, serviceId?: string) {
  const wishes = useLoad(async () => {
    const request = supabase.from('waiting_list')
      .select('id, wanted, status, offer_expires_at, services!inner(name)')
      .eq('customer_id', userId).in('status', ['waiting', 'offered'])
    const { data } = await (serviceId === undefined ? request : request.eq('service_id', serviceId))
      .order('id').throwOnError()
    return data
  }, [userId, serviceId])
  // An offer is told as a notification.
  useLive(`user:${userId}`, (event) => {
    if (event === undefined || event === 'notification_created') void wishes.reload()
  })
  return wishes
}

type Wish = NonNullable<ReturnType<typeof useWishes>['data']>[number]

function WishList({ wishes, reload }: { wishes: Wish[]; reload: () => Promise<void> }) {
  const action = useAction()
  const leave = (waiting_id: string) =>
    void action.run(async () => {
      await supabase.rpc('leave_waiting_list', { waiting_id }).throwOnError()
      await reload()
    })
  return (
    <>
      <ul role='status'>
        {wishes.map((wish) => {
          const [from, to] = rangeOf(wish.wanted)
          return (
            <li key={wish.id} class='sheet'>
              <p>
                <bdi>{wish.services.name}</bdi>{' '}
                <span class='quiet'>
                  {moment(from)} – {moment(to)}
                </span>
              </p>
              <div class='row'>
                {wish.offer_expires_at !== null
                  ? (
                    <>
                      <a class='button primary' href={`/appointments/offers/${wish.id}`}>{t('offer.take')}</a>
                      <span class='quiet'>{t('product.until', { time: moment(wish.offer_expires_at) })}</span>
                    </>
                  )
                  : <span class='badge requested'>{t('waiting.status.waiting')}</span>}
                <button
                  type='button'
                  class='plain'
                  disabled={action.isBusy}
                  onClick={() => leave(wish.id)}
                >
                  {t('waiting.leave')}
                </button>
              </div>
            </li>
          )
        })}
      </ul>
      <Trouble problem={action.problem} />
    </>
  )
}
