import { useState } from 'preact/hooks'
import type { AvailableSlot, LinkedBooking } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { apiUrl, supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { Slots } from '../ui/slots.tsx'
import { moment, money, t } from '../words.ts'

/** An appointment behind the link of its letter: whoever has it looks, moves and cancels, without signing in. */
export default function Appointment({ params }: ScreenProps) {
  const token = params['token']!
  const booking = useLoad(async () => {
    const { data } = await supabase.rpc('booking_by_token', { token }).throwOnError()
    return data
  }, [token])
  useTitle(booking.data?.service_name ?? t('booking.title'))
  return (
    <Await of={booking}>{(known) => <Facts token={token} booking={known} reload={booking.reload} />}</Await>
  )
}

function Facts(
  { token, booking, reload }: { token: string; booking: LinkedBooking; reload: () => Promise<void> },
) {
  const [slot, setSlot] = useState<AvailableSlot>()
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      setSlot(undefined)
      await reload()
    })
  const event = `${apiUrl}/functions/v1/calendar/bookings/${booking.booking_id}.ics?token=${
    encodeURIComponent(booking.calendar_token)
  }`
  return (
    <div class='narrow'>
      <p class='quiet'>
        <a href={`/${booking.store.link}`}>
          <bdi>{booking.store.name}</bdi>
        </a>
      </p>
      <h1>
        <bdi>{booking.service_name}</bdi>
      </h1>
      <p role='status'>
        <span class={`badge ${booking.status}`}>{t(`booking.status.${booking.status}`)}</span>
      </p>
      <dl class='sheet facts'>
        <dt>{t('booking.when')}</dt>
        <dd>{moment(booking.starts_at)}</dd>
        <dt>{t('booking.with')}</dt>
        <dd>
          <bdi>{booking.staff_name}</bdi>
        </dd>
        <dt>{t('booking.price')}</dt>
        <dd>{money(booking.price_amount, booking.currency)}</dd>
        <dt>{t('booking.reference')}</dt>
        <dd>{booking.reference}</dd>
      </dl>
      {booking.can_change && (
        <>
          <p>
            <a class='button' href={event} download=''>{t('booking.calendar')}</a>
          </p>
          <details class='sheet'>
            <summary>{t('booking.move')}</summary>
            <Slots serviceId={booking.service_id} timeZone={booking.time_zone} onChoose={setSlot} />
            <button
              type='button'
              class='primary'
              disabled={action.isBusy || slot === undefined}
              onClick={() =>
                act(() =>
                  supabase.rpc('reschedule_by_token', { token, starts_at: slot!.starts_at }).throwOnError()
                )}
            >
              {t('booking.moveThere')}
            </button>
          </details>
          <details class='sheet'>
            <summary>{t('booking.cancel')}</summary>
            <p>
              {booking.paid_amount === 0 ? t('booking.cancelFree') : t('booking.cancelMoney', {
                back: money(booking.refund_amount, booking.currency),
                kept: money(booking.fee_amount, booking.currency),
              })}
            </p>
            <button
              type='button'
              disabled={action.isBusy}
              onClick={() => act(() => supabase.rpc('cancel_by_token', { token }).throwOnError())}
            >
              {t('booking.cancelNow')}
            </button>
          </details>
        </>
      )}
      <Trouble problem={action.problem} />
    </div>
  )
}
