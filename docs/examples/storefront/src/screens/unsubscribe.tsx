import { useAction, useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'

/** The link at the foot of a letter: asks, and ends that kind of letter, nobody signed in. */
export default function Unsubscribe({ query }: ScreenProps) {
  useTitle(t('unsubscribe.title'))
  const token = query.get('token') ?? ''
  const letters = useLoad(async () => {
    const { data } = await supabase.rpc('get_unsubscribe_link', { token }).throwOnError()
    return data
  }, [token])
  const action = useAction()
  const end = () =>
    void action.run(async () => {
      await supabase.rpc('unsubscribe', { token }).throwOnError()
      await letters.reload()
    })
  return (
    <div class='narrow empty'>
      <h1>{t('unsubscribe.title')}</h1>
      <Await of={letters}>
        {({ description, is_enabled }) => (
          <>
            <p>
              <bdi>{description}</bdi>
            </p>
            <div role='status'>{!is_enabled && <p class='good'>{t('unsubscribe.done')}</p>}</div>
            <Trouble problem={action.problem} />
            {is_enabled && (
              <button type='button' class='primary' disabled={action.isBusy} onClick={end}>
                {t('unsubscribe.end')}
              </button>
            )}
          </>
        )}
      </Await>
    </div>
  )
}
