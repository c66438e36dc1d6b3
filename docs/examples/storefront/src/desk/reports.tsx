import { useLoad } from '../load.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { Stars } from '../ui/stars.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { hasWords, moment, t } from '../words.ts'
import { DeskFrame } from './frame.tsx'

type Report = Pick<Row<'review_reports'>, 'item_id' | 'reason' | 'note'>

/** What people reported, the oldest first: reviews, and messages between customers and stores. */
export default function DeskReports() {
  useTitle(t('desk.reports'))
  return (
    <DeskFrame title={t('desk.reports')}>
      <Reviews />
      <Messages />
    </DeskFrame>
  )
}

/** A review is hidden by a rule and for facts: its author reads both, and may appeal. */
function Reviews() {
  const queue = useLoad(async () => {
    const { data: items } = await supabase.from('admin_moderation').select().is('closed_at', null)
      .order('opened_at').limit(50).throwOnError()
    const { data: reports } = await supabase.from('review_reports').select('item_id, reason, note')
      .in('item_id', items.map(({ id }) => id)).throwOnError()
    return { items, reports }
  }, [])
  const decide = async (
    review_id: string,
    action: 'hide' | 'restore' | 'keep',
    facts: string,
    rule?: string,
  ) => {
    await supabase.rpc('moderate_review', { review_id, action, facts, rule: rule ?? null }).throwOnError()
    await queue.reload()
  }
  return (
    <section>
      <h2>{t('review.title')}</h2>
      <Await of={queue}>
        {({ items, reports }) => (
          <>
            {items.length === 0 && <p class='empty'>{t('desk.nothingWaits')}</p>}
            <ul>
              {items.map((item) => (
                <li key={item.id} class='sheet'>
                  <div class='row spread'>
                    <span>
                      <Stars rating={item.rating} /> <bdi>{item.author_name ?? t('review.somebody')}</bdi> ·
                      {' '}
                      <bdi>{item.store}</bdi>
                    </span>
                    <span class={`badge ${item.status === 'hidden' ? 'failed' : 'active'}`}>
                      {t(`desk.review.${item.status}`)}
                    </span>
                  </div>
                  {item.body !== '' && (
                    <p class='prose'>
                      <bdi>{item.body}</bdi>
                    </p>
                  )}
                  <p class='quiet'>
                    {item.causes.map(causeOf).join(' · ')} · {moment(item.opened_at)}
                  </p>
                  <Reports reports={reports.filter(({ item_id }) => item_id === item.id)} />
                  {item.appeal !== null && (
                    <blockquote class='prose'>
                      <strong>{t('desk.appeal')}</strong> <bdi>{item.appeal}</bdi>
                    </blockquote>
                  )}
                  {item.last_rule !== null && (
                    <p class='quiet'>
                      {t('desk.decidedBefore')} <bdi>{[item.last_rule, item.last_facts].join(' · ')}</bdi>
                    </p>
                  )}
                  <div class='row'>
                    {item.status === 'visible'
                      ? (
                        <WithReason
                          label={t('desk.hide')}
                          question={t('desk.hideQuestion')}
                          rule={t('decision.rule')}
                          act={(facts, rule) => decide(item.review_id, 'hide', facts, rule)}
                        />
                      )
                      : (
                        <WithReason
                          label={t('desk.restore')}
                          question={t('desk.toldToAuthor')}
                          act={(facts) => decide(item.review_id, 'restore', facts)}
                        />
                      )}
                    <WithReason
                      label={t('desk.keep')}
                      question={t('desk.toldToAuthor')}
                      act={(facts) => decide(item.review_id, 'keep', facts)}
                    />
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Await>
    </section>
  )
}

/** Why somebody should look at a review; a cause without words of its own is shown as it is. */
function causeOf(cause: string): string {
  const key = `desk.cause.${cause}`
  return hasWords(key) ? t(key) : cause
}

function Reports({ reports }: { reports: Report[] }) {
  return (
    <ul>
      {reports.map((report, index) => (
        <li key={index} class='quiet'>
          <Reported {...report} />
        </li>
      ))}
    </ul>
  )
}

/** What somebody reported it for, and what they added. */
function Reported(
  { reason, note }: Pick<Row<'review_reports' | 'message_reports'>, 'reason' | 'note'>,
) {
  return (
    <>
      {t(`report.reason.${reason}`)}
      {note !== null && (
        <>
          : <bdi>{note}</bdi>
        </>
      )}
    </>
  )
}

/** Whoever decides reads what was reported, never the conversation around it. */
function Messages() {
  const queue = useLoad(async () => {
    const { data } = await supabase.from('admin_message_reports').select().eq('status', 'open').order('id')
      .limit(50).throwOnError()
    return data
  }, [])
  const decide = async (report_id: string, action: 'remove' | 'dismiss', reason: string) => {
    await supabase.rpc('moderate_message', { report_id, action, reason }).throwOnError()
    await queue.reload()
  }
  return (
    <section>
      <h2>{t('chat.title')}</h2>
      <Await of={queue}>
        {(reports) => (
          <>
            {reports.length === 0 && <p class='empty'>{t('desk.nothingWaits')}</p>}
            <ul>
              {reports.map((report) => (
                <li key={report.id} class='sheet'>
                  <p class='quiet'>
                    <bdi>{report.store}</bdi> · {t(`desk.wroteBy.${report.author_side}`)} ·{' '}
                    {moment(report.created_at)}
                  </p>
                  <p class='prose'>
                    <bdi>{report.body}</bdi>
                  </p>
                  <p class='quiet'>
                    <Reported {...report} />
                  </p>
                  <div class='row'>
                    <WithReason
                      label={t('desk.removeMessage')}
                      question={t('desk.toldToReporter')}
                      act={(reason) => decide(report.id, 'remove', reason)}
                    />
                    <WithReason
                      label={t('desk.keepMessage')}
                      question={t('desk.toldToReporter')}
                      act={(reason) => decide(report.id, 'dismiss', reason)}
                    />
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Await>
    </section>
  )
}
