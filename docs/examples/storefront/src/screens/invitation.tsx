import { useAction } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

/** The link of a mailed invitation to work for a store. */
export default function Invitation({ params }: ScreenProps) {
  useTitle(t('invitation.title'))
  const action = useAction()
  const accept = () =>
    void action.run(async () => {
      const { data } = await supabase.rpc('accept_invitation', { token: params['token']! }).throwOnError()
      navigate(`/sell?store=${data.store_id}`, { replace: true })
    })
  return (
    <SignInFirst>
      {() => (
        <div class='narrow empty'>
          <h1>{t('invitation.title')}</h1>
          <p>{t('invitation.text')}</p>
          <Trouble problem={action.problem} />
          <button type='button' class='primary' disabled={action.isBusy} onClick={accept}>
            {t('invitation.accept')}
          </button>
        </div>
      )}
    </SignInFirst>
  )
}
