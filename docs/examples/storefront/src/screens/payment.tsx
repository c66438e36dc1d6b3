import { useEffect, useState } from 'preact/hooks'
import { refreshCart } from '../cart.ts'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { type OrderStatus, supabase } from '../supabase.ts'
import { Await, Choices, StatusBadge, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { moment, money, t } from '../words.ts'

/** What the function `payments/intents` answers. */
interface PaymentState {
  status: string
  client_secret: string | null
  next_action: { type: string; redirect_to_url?: { url: string | null } | null } | null
}

interface CheckoutFacts {
  id: string
  status: string
  expires_at: string | null
  total_amount: number
  currency: string
  bookings: { id: string; service_name: string }[]
  orders: { id: string; reference: string | null; status: OrderStatus; stores: { name: string } }[]
}

/**
 * The cards of Stripe's test mode. With an account of your own, Stripe.js's Payment Element stands here instead and
 * confirms with the `client_secret`; nothing else on this screen changes.
 */
const TEST_CARDS = {
  pm_card_visa: 'payment.card.good',
  pm_card_chargeDeclined: 'payment.card.declined',
  pm_card_threeDSecure2Required: 'payment.card.bank',
} as const
type TestCard = keyof typeof TEST_CARDS

/** What is to be paid, and the way to pay it; also what the bank's page and letters lead back to. */
export default function Payment({ params, query }: ScreenProps) {
  useTitle(t('payment.title'))
  const [returned] = useState(query.get('redirect_status'))
  // The bank's page adds a secret to the address: it is not left standing there.
  useEffect(() => {
    if (location.search !== '') navigate(location.pathname, { replace: true })
  }, [])
  return (
    <SignInFirst>
      {(user) => <Due id={params['id']!} userId={user.id} returned={returned} />}
    </SignInFirst>
  )
}

function Due({ id, userId, returned }: { id: string; userId: string; returned: string | null }) {
  const checkout = useLoad(async () => {
    const { data } = await supabase.from('checkouts')
      .select(
        'id, status, expires_at, total_amount, currency, bookings(id, service_name), ' +
          'orders(id, reference, status, stores(name))',
      )
      .eq('id', id).single().overrideTypes<CheckoutFacts, { merge: false }>().throwOnError()
    return data
  }, [id])
  // That it is paid is told by the order, when the provider's word has arrived.
  useLive(`user:${userId}`, () => void checkout.reload())
  return (
    <Await of={checkout}>
      {(facts) => (
        <div class='narrow'>
          <h1>{money(facts.total_amount, facts.currency)}</h1>
          <State facts={facts} returned={returned} reload={checkout.reload} />
          <ul>
            {facts.bookings.map((booking) => (
              <li key={booking.id} class='sheet'>
                <a href={`/bookings/${booking.id}`}>
                  <bdi>{booking.service_name}</bdi>
                </a>
              </li>
            ))}
            {facts.orders.map((order) => (
              <li key={order.id} class='sheet row spread'>
                <a href={`/orders/${order.id}`}>
                  {order.reference === null ? <bdi>{order.stores.name}</bdi> : (
                    <>
                      <bdi>{order.stores.name}</bdi> · <bdi>{order.reference}</bdi>
                    </>
                  )}
                </a>
                <StatusBadge status={order.status} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </Await>
  )
}

function State(
  { facts, returned, reload }: { facts: CheckoutFacts; returned: string | null; reload: () => Promise<void> },
) {
  const isDue = facts.status === 'pending' && facts.expires_at !== null &&
    new Date(facts.expires_at) > new Date()
  if (isDue) return <Pay facts={facts} expiresAt={facts.expires_at!} returned={returned} reload={reload} />
  if (facts.status === 'pending') return <p class='warn'>{t('payment.waiting')}</p>
  if (facts.status === 'paid' || facts.status === 'confirmed') {
    return <p class='good' role='status'>{t('payment.done')}</p>
  }
  if (facts.status === 'refunded') return <p class='warn'>{t('payment.refunded')}</p>
  return (
    <p class='warn'>
      {t('payment.over')} <a href='/cart'>{t('payment.toCart')}</a>
    </p>
  )
}

function Pay(
  { facts, expiresAt, returned, reload }: {
    facts: CheckoutFacts
    expiresAt: string
    returned: string | null
    reload: () => Promise<void>
  },
) {
  const [card, setCard] = useState<TestCard>('pm_card_visa')
  const [isSent, setSent] = useState(returned === 'succeeded')
  const action = useAction()

  // A broadcast may get lost; whoever waits for the provider's word looks again now and then.
  useEffect(() => {
    if (!isSent) return undefined
    const timer = setInterval(() => void reload(), 2_000)
    return () => clearInterval(timer)
  }, [isSent])

  const pay = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { data, error } = await supabase.functions.invoke<PaymentState>('payments/intents', {
        body: {
          checkout_id: facts.id,
          payment_method: card,
          return_url: `${location.origin}/checkouts/${facts.id}`,
        },
      })
      if (error) throw error
      const bank = data?.next_action?.redirect_to_url?.url
      if (bank) location.assign(bank)
      else setSent(true)
    })
  }
  const giveUp = () =>
    void action.run(async () => {
      for (const { id } of facts.orders) {
        await supabase.rpc('cancel_order', { order_id: id }).throwOnError()
      }
      for (const { id } of facts.bookings) {
        await supabase.rpc('cancel_booking', { booking_id: id }).throwOnError()
      }
      await Promise.all([reload(), refreshCart()])
    })

  if (isSent) return <p class='warn' role='status'>{t('payment.waiting')}</p>
  return (
    <form class='sheet' onSubmit={pay}>
      {returned === 'failed' && <p class='trouble'>{t('payment.bankRefused')}</p>}
      <p class='quiet'>{t('payment.until', { time: moment(expiresAt) })}</p>
      <Choices
        legend={t('payment.testCard')}
        name='card'
        value={card}
        onValue={setCard}
        options={Object.entries(TEST_CARDS).map(([value, key]) => ({
          value: value as TestCard,
          label: t(key),
        }))}
      />
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>
        {t('payment.pay', { amount: money(facts.total_amount, facts.currency) })}
      </button>
      <button type='button' class='plain full' disabled={action.isBusy} onClick={giveUp}>
        {t('payment.giveUp')}
      </button>
    </form>
  )
}
