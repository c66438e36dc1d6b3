import { useState } from 'preact/hooks'
import type { AvailableSlot } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Slots } from '../ui/slots.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { moment, money, t } from '../words.ts'

/** One appointment, for the store: answer it, move it, end it, cancel it. */
export default function SellerAppointment({ params }: ScreenProps) {
  useTitle(t('booking.title'))
  return <SignInFirst>{() => <Load id={params['id']!} />}</SignInFirst>
}

function Load({ id }: { id: string }) {
  const booking = useLoad(async () => {
    const { data } = await supabase.from('bookings').select().eq('id', id).single().throwOnError()
    return data
  }, [id])
  return <Await of={booking}>{(facts) => <Facts booking={facts} reload={booking.reload} />}</Await>
}

function Facts({ booking, reload }: { booking: Row<'bookings'>; reload: () => Promise<void> }) {
  const [slot, setSlot] = useState<AvailableSlot>()
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      setSlot(undefined)
      await reload()
    })
  const booking_id = booking.id
  const hasBegun = new Date(booking.starts_at) <= new Date()
  return (
    <div class='narrow'>
      <p class='quiet'>
        <a href='/sell/appointments'>{t('sell.appointments')}</a>
      </p>
      <h1>
        <bdi>{booking.service_name}</bdi>
      </h1>
      <p role='status'>
        <span class={`badge ${booking.status}`}>{t(`booking.status.${booking.status}`)}</span>
      </p>
      <dl class='sheet facts'>
        <dt>{t('booking.when')}</dt>
        <dd>{moment(booking.starts_at, booking.time_zone)}</dd>
        <dt>{t('booking.with')}</dt>
        <dd>
          <bdi>{booking.staff_name}</bdi>
        </dd>
        <dt>{t('booking.customer')}</dt>
        <dd>
          <bdi>
            {[booking.customer_name, booking.customer_phone, booking.customer_email].filter(Boolean).join(
              ' · ',
            )}
          </bdi>
        </dd>
        <dt>{t('booking.price')}</dt>
        <dd>{money(booking.price_amount, booking.currency)}</dd>
        {booking.note !== null && (
          <>
            <dt>{t('book.note')}</dt>
            <dd>
              <bdi>{booking.note}</bdi>
            </dd>
          </>
        )}
      </dl>
      <div class='row'>
        {booking.status === 'requested' && (
          <>
            <button
              type='button'
              class='primary'
              disabled={action.isBusy}
              onClick={() =>
                act(() => supabase.rpc('decide_booking', { booking_id, approve: true }).throwOnError())}
            >
              {t('booking.accept')}
            </button>
            <WithReason
              label={t('booking.decline')}
              question={t('booking.toldToCustomer')}
              act={async (reason) => {
                await supabase.rpc('decide_booking', { booking_id, approve: false, reason }).throwOnError()
                await reload()
              }}
            />
          </>
        )}
        {booking.status === 'confirmed' && hasBegun && (
          <>
            <button
              type='button'
              class='primary'
              disabled={action.isBusy}
              onClick={() => act(() => supabase.rpc('complete_booking', { booking_id }).throwOnError())}
            >
              {t('booking.complete')}
            </button>
            <button
              type='button'
              disabled={action.isBusy}
              onClick={() => act(() => supabase.rpc('mark_no_show', { booking_id }).throwOnError())}
            >
              {t('booking.noShow')}
            </button>
          </>
        )}
        {booking.status === 'confirmed' && !hasBegun && (
          <WithReason
            label={t('booking.cancel')}
            question={t('booking.storeCancels')}
            act={async (reason) => {
              await supabase.rpc('cancel_booking', { booking_id, reason }).throwOnError()
              await reload()
            }}
          />
        )}
      </div>
      {(booking.status === 'requested' || booking.status === 'confirmed') && (
        <details class='sheet'>
          <summary>{t('booking.move')}</summary>
          <Slots
            serviceId={booking.service_id}
            timeZone={booking.time_zone}
            clock={booking.time_zone}
            onChoose={setSlot}
          />
          <button
            type='button'
            class='primary'
            disabled={action.isBusy || slot === undefined}
            onClick={() =>
              act(() =>
                supabase.rpc('reschedule_booking', {
                  booking_id,
                  starts_at: slot!.starts_at,
                  expected_starts_at: booking.starts_at,
                }).throwOnError()
              )}
          >
            {t('booking.moveThere')}
          </button>
        </details>
      )}
      <Trouble problem={action.problem} />
    </div>
  )
}
