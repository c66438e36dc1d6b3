import { useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Trouble, useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'

/**
 * The link of a mail that asks for reviews: ends these mails, nobody signed in. It asks before, for programs that
 * look at mails follow every link in them.
 */
export default function DeclineReviews({ params }: ScreenProps) {
  useTitle(t('declineReviews.title'))
  const [isDone, setDone] = useState(false)
  const action = useAction()
  const decline = () =>
    void action.run(async () => {
      await supabase.rpc('decline_review_requests', { token: params['token']! }).throwOnError()
      setDone(true)
    })
  return (
    <div class='narrow empty'>
      <h1>{t('declineReviews.title')}</h1>
      <div role='status'>{isDone && <p class='good'>{t('declineReviews.done')}</p>}</div>
      <Trouble problem={action.problem} />
      {!isDone && (
        <>
          <p>{t('declineReviews.text')}</p>
          <button type='button' class='primary' disabled={action.isBusy} onClick={decline}>
            {t('declineReviews.decline')}
          </button>
        </>
      )}
    </div>
  )
}
