import { useMemo, useState } from 'preact/hooks'
import type { AvailableSlot } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Slots } from '../ui/slots.tsx'
import { JoinWaitingList } from '../ui/waiting.tsx'
import { moment, money, t } from '../words.ts'

/** Books an appointment: a free time of a service, and, where the shop wants it, a deposit. */
export default function Book({ query }: ScreenProps) {
  const id = query.get('service') ?? ''
  const service = useLoad(async () => {
    const { data } = await supabase.from('services')
      .select(
        'id, name, description, price_amount, deposit_amount, currency, needs_approval, stores(name, slug, time_zone)',
      )
      .eq('id', id).single().throwOnError()
    return data
  }, [id])
  const [slot, setSlot] = useState<AvailableSlot>()
  useTitle(service.data?.name)
  return (
    <Await of={service}>
      {({ stores: store, ...offered }) => (
        <div class='narrow'>
          <p class='quiet'>
            <a href={`/${store.slug}`}>
              <bdi>{store.name}</bdi>
            </a>
          </p>
          <h1>
            <bdi>{offered.name}</bdi>
          </h1>
          <p class='prose'>
            <bdi>{offered.description}</bdi>
          </p>
          <p>
            <strong>{money(offered.price_amount, offered.currency)}</strong>
            {offered.deposit_amount > 0 && (
              <span class='quiet'>
                {' · '}
                {t('book.deposit', { amount: money(offered.deposit_amount, offered.currency) })}
              </span>
            )}
          </p>
          <Slots serviceId={offered.id} timeZone={store.time_zone} onChoose={setSlot} />
          <details class='sheet'>
            <summary>{t('waiting.ask')}</summary>
            <SignInFirst>
              {(user) => <JoinWaitingList serviceId={offered.id} userId={user.id} />}
            </SignInFirst>
          </details>
          {slot !== undefined && (
            <SignInFirst>
              {() => <Confirm serviceId={offered.id} slot={slot} asks={offered.needs_approval} />}
            </SignInFirst>
          )}
        </div>
      )}
    </Await>
  )
}

function Confirm({ serviceId, slot, asks }: { serviceId: string; slot: AvailableSlot; asks: boolean }) {
  const [note, setNote] = useState('')
  const action = useAction()
  // A retry of the same wish has the same key, and books once.
  const idempotency_key = useMemo(() => crypto.randomUUID(), [serviceId, slot.starts_at, note])
  const book = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { data: booking } = await supabase.rpc('book_slot', {
        service_id: serviceId,
        starts_at: slot.starts_at,
        idempotency_key,
        note: note || null,
      }).throwOnError()
      // What is held waits for its payment.
      navigate(booking.status === 'held' ? `/checkouts/${booking.checkout_id}` : `/bookings/${booking.id}`)
    })
  }
  return (
    <form class='sheet' onSubmit={book}>
      <p>
        <strong>{moment(slot.starts_at)}</strong>
      </p>
      <TextField label={t('book.note')} value={note} onValue={setNote} maxLength={500} />
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>
        {t(asks ? 'book.ask' : 'book.book')}
      </button>
    </form>
  )
}
