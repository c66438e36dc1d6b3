import { useAction } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

/** The link of the letter that a time has become free, for whoever waited for one. */
export default function Offer({ params }: ScreenProps) {
  useTitle(t('offer.title'))
  const action = useAction()
  const take = () =>
    void action.run(async () => {
      const { data: booking } = await supabase.rpc('accept_offer', { waiting_id: params['id']! })
        .throwOnError()
      navigate(booking.status === 'held' ? `/checkouts/${booking.checkout_id}` : `/bookings/${booking.id}`, {
        replace: true,
      })
    })
  return (
    <SignInFirst>
      {() => (
        <div class='narrow empty'>
          <h1>{t('offer.title')}</h1>
          <p>{t('offer.text')}</p>
          <Trouble problem={action.problem} />
          <button type='button' class='primary' disabled={action.isBusy} onClick={take}>
            {t('offer.take')}
          </button>
        </div>
      )}
    </SignInFirst>
  )
}
