import { useLoad } from '../load.ts'
import { apiUrl, supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { moment, number, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

/** What the function `health` answers. */
interface Health {
  status: string
  checks: Record<string, { status: string }>
}

/** Whether the machinery runs: the same that a monitor asks, and every job by itself. */
export default function DeskHealth() {
  useTitle(t('desk.health'))
  return (
    <DeskFrame title={t('desk.health')}>
      <Checks />
      <Jobs />
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

/** When each job last succeeded, the late and failing ones first. */
function Jobs() {
  const jobs = useLoad(async () => {
    const { data } = await supabase.from('admin_jobs').select().order('is_late', { ascending: false })
      .order('failure', { nullsFirst: false }).order('name').throwOnError()
    return data
  }, [])
  return (
    <section>
      <h2>{t('desk.jobs')}</h2>
      <Await of={jobs}>
        {(rows) => (
          <div class='scroll' tabIndex={0} role='region' aria-label={t('desk.jobs')}>
            <table>
              <thead>
                <tr>
                  <th scope='col'>{t('desk.job')}</th>
                  <th scope='col'>{t('desk.lastRun')}</th>
                  <th scope='col' class='amount'>{t('desk.runs')}</th>
                  <th scope='col'>{t('desk.state')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((job) => (
                  <tr key={job.name}>
                    <th scope='row'>{job.name}</th>
                    <td>{job.last_run_at === null ? '–' : moment(job.last_run_at)}</td>
                    <td class='amount'>{number(job.runs ?? 0)}</td>
                    <td>
                      {job.failure !== null
                        ? <span class='badge failed'>{job.failure}</span>
                        : job.is_late
                        ? <span class='badge failed'>{t('desk.late')}</span>
                        : <span class='badge active'>{t('desk.runsWell')}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Await>
    </section>
  )
}
