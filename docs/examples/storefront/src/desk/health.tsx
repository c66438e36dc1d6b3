import { useLoad } from '../load.ts'
import { apiUrl } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

/** What the function `health` answers. */
interface Health {
  status: string
  checks: Record<string, { status: string }>
}

/** Whether the machinery runs: the same that a monitor asks. */
export default function DeskHealth() {
  useTitle(t('desk.health'))
  return (
    <DeskFrame title={t('desk.health')}>
      <Checks />
    </DeskFrame>
  )
}

function Checks() {
  const health = useLoad(async () => {
    // It answers 503 while something fails: that is news, not an error.
    const answer = await fetch(`${apiUrl}/functions/v1/health`)
    return await answer.json() as Health
  }, [])
  return (
    <Await of={health}>
      {({ status, checks }) => (
        <section class='sheet'>
          <h2>{t('desk.health.all', { status })}</h2>
          <dl class='facts'>
            {Object.entries(checks).map(([name, check]) => (
              <div key={name} class='row'>
                <dt>{name}</dt>
                <dd>{check.status}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </Await>
  )
}
