import type { User } from '@supabase/supabase-js'
import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Field, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { moment, t } from '../words.ts'

/** A decision about a review, by which rule and on which facts, and the way to appeal. */
export default function Decision({ params }: ScreenProps) {
  useTitle(t('decision.title'))
  return <SignInFirst>{(user) => <Load id={params['id']!} user={user} />}</SignInFirst>
}

function Load({ id, user }: { id: string; user: User }) {
  const decision = useLoad(async () => {
    const [{ data: facts }, { data: appeal }] = await Promise.all([
      supabase.from('moderation_decisions').select().eq('id', id).single().throwOnError(),
      supabase.from('decision_appeals').select().eq('decision_id', id).eq('user_id', user.id).maybeSingle()
        .throwOnError(),
    ])
    return { facts, appeal }
  }, [id, user.id])
  return (
    <Await of={decision}>
      {({ facts, appeal }) => (
        <div class='narrow'>
          <h1>{t('decision.title')}</h1>
          <p>{t(`decision.action.${facts.action}`)}</p>
          <dl class='sheet facts'>
            {facts.rule !== null && (
              <>
                <dt>{t('decision.rule')}</dt>
                <dd>
                  <bdi>{facts.rule}</bdi>
                </dd>
              </>
            )}
            {facts.facts !== null && (
              <>
                <dt>{t('decision.facts')}</dt>
                <dd class='prose'>
                  <bdi>{facts.facts}</bdi>
                </dd>
              </>
            )}
            <dt>{t('decision.by')}</dt>
            <dd>{t(facts.is_automated ? 'decision.byProgram' : 'decision.byPerson')}</dd>
            <dt>{t('decision.when')}</dt>
            <dd>{moment(facts.created_at)}</dd>
          </dl>
          {facts.author_id === user.id && (
            <p>
              <a href={`/reviews/${facts.review_id}`}>{t('review.yours')}</a>
            </p>
          )}
          {appeal === null ? <Appeal decision={facts} reload={decision.reload} /> : (
            <section class='sheet'>
              <h2>{t('decision.appealed')}</h2>
              <p class='prose'>
                <bdi>{appeal.body}</bdi>
              </p>
              <p class='quiet'>{moment(appeal.created_at)}</p>
            </section>
          )}
        </div>
      )}
    </Await>
  )
}

/** Whoever is concerned may appeal once, against the latest decision; the database says whether this is one. */
function Appeal(
  { decision, reload }: { decision: Row<'moderation_decisions'>; reload: () => Promise<void> },
) {
  const [body, setBody] = useState('')
  const action = useAction()
  if (new Date(decision.appeal_until) < new Date()) return null
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('appeal_decision', { decision_id: decision.id, body }).throwOnError()
      await reload()
    })
  }
  return (
    <form class='sheet' onSubmit={submit}>
      <h2>{t('decision.appeal')}</h2>
      <p class='quiet'>{t('decision.until', { time: moment(decision.appeal_until) })}</p>
      <Field label={t('decision.why')}>
        {(id) => (
          <textarea
            id={id}
            required
            maxLength={2000}
            value={body}
            onInput={(event) => setBody(event.currentTarget.value)}
          />
        )}
      </Field>
      <Trouble problem={action.problem} />
      <button type='submit' class='primary' disabled={action.isBusy}>{t('decision.send')}</button>
    </form>
  )
}
