import { useState } from 'preact/hooks'
import type { AvailableSlot, CancellationQuote } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { OfferReviews } from '../ui/offer-review.tsx'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Slots } from '../ui/slots.tsx'
import { Write } from '../ui/write-to-store.tsx'
import { moment, money, t } from '../words.ts'

type Facts = Row<'bookings'> & { stores: { name: string; slug: string } }

const CHANGEABLE = ['requested', 'confirmed']

/** One of the customer's own appointments: pay, move, cancel; what goes back is told before. */
export default function Booking({ params }: ScreenProps) {
  return <SignInFirst>{(user) => <Live id={params['id']!} userId={user.id} />}</SignInFirst>
}

function Live({ id, userId }: { id: string; userId: string }) {
  const booking = useLoad(async () => {
    const { data } = await supabase.from('bookings').select('*, stores(name, slug)').eq('id', id).single()
      .throwOnError()
    return data
  }, [id])
  useLive(`user:${userId}`, () => void booking.reload())
  useTitle(booking.data?.service_name ?? t('booking.title'))
  return (
    <Await of={booking}>
      {(facts) => <Shown booking={facts} userId={userId} reload={booking.reload} />}
    </Await>
  )
}

function Shown(
  { booking, userId, reload }: { booking: Facts; userId: string; reload: () => Promise<void> },
) {
  const [slot, setSlot] = useState<AvailableSlot>()
  const [quote, setQuote] = useState<CancellationQuote>()
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      setSlot(undefined)
      setQuote(undefined)
      await reload()
    })
  const ask = () =>
    void action.run(async () => {
      const { data } = await supabase.rpc('quote_cancellation', { booking_id: booking.id }).throwOnError()
      setQuote(data)
    })
  return (
    <div class='narrow'>
      <p class='quiet'>
        <a href={`/${booking.stores.slug}`}>
          <bdi>{booking.stores.name}</bdi>
        </a>
      </p>
      <h1>
        <bdi>{booking.service_name}</bdi>
      </h1>
      <p role='status'>
        <span class={`badge ${booking.status}`}>{t(`booking.status.${booking.status}`)}</span>
      </p>
      {booking.status === 'held' && (
        <a class='button primary' href={`/checkouts/${booking.checkout_id}`}>{t('order.pay')}</a>
      )}
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
      {booking.status === 'completed' && (
        <OfferReviews
          subjects={[
            { subject_type: 'service', subject_id: booking.service_id, name: booking.service_name },
            { subject_type: 'store', subject_id: booking.store_id, name: booking.stores.name },
          ]}
          storeId={booking.store_id}
          userId={userId}
        />
      )}
      <Write
        storeId={booking.store_id}
        about={{ subject_type: 'booking', subject_id: booking.id }}
        label={t('chat.write')}
      />
      {CHANGEABLE.includes(booking.status) && (
        <>
          <details class='sheet'>
            <summary>{t('booking.move')}</summary>
            <Slots serviceId={booking.service_id} timeZone={booking.time_zone} onChoose={setSlot} />
            <button
              type='button'
              class='primary'
              disabled={action.isBusy || slot === undefined}
              onClick={() =>
                act(() =>
                  supabase.rpc('reschedule_booking', {
                    booking_id: booking.id,
                    starts_at: slot!.starts_at,
                    expected_starts_at: booking.starts_at,
                  }).throwOnError()
                )}
            >
              {t('booking.moveThere')}
            </button>
          </details>
          {quote === undefined
            ? <button type='button' disabled={action.isBusy} onClick={ask}>{t('booking.cancel')}</button>
            : (
              <section class='sheet'>
                <p>
                  {quote.paid_amount === 0 ? t('booking.cancelFree') : t('booking.cancelMoney', {
                    back: money(quote.refund_amount, quote.currency),
                    kept: money(quote.fee_amount, quote.currency),
                  })}
                </p>
                <button
                  type='button'
                  disabled={action.isBusy}
                  onClick={() =>
                    act(() => supabase.rpc('cancel_booking', { booking_id: booking.id }).throwOnError())}
                >
                  {t('booking.cancelNow')}
                </button>
              </section>
            )}
        </>
      )}
      <Trouble problem={action.problem} />
    </div>
  )
}
