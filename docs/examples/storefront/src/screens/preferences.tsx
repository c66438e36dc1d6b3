import type { User } from '@supabase/supabase-js'
import { useState } from 'preact/hooks'
import type { Arguments } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

type Medium = Arguments['set_notification_preference']['medium']
const MEDIA: readonly Medium[] = ['in_app', 'email', 'text', 'push']

/** What this person wants to be told of, how, and when not. */
export default function Preferences() {
  useTitle(t('preferences.title'))
  return (
    <div class='narrow'>
      <p class='quiet'>
        <a href='/notifications'>{t('notifications.title')}</a>
      </p>
      <h1>{t('preferences.title')}</h1>
      <SignInFirst>
        {(user) => (
          <>
            <Kinds user={user} />
            <QuietHours user={user} />
          </>
        )}
      </SignInFirst>
    </div>
  )
}

function Kinds({ user }: { user: User }) {
  const kinds = useLoad(async () => {
    const [{ data: all }, { data: chosen }] = await Promise.all([
      supabase.from('notification_kinds').select('kind, description, media').eq('is_transactional', false)
        .order('kind').throwOnError(),
      supabase.from('notification_preferences').select('kind, medium, is_enabled').eq('user_id', user.id)
        .throwOnError(),
    ])
    return { all, chosen }
  }, [user.id])
  return (
    <Await of={kinds}>
      {({ all, chosen }) => (
        <>
          <p>{t('preferences.text')}</p>
          {all.map(({ kind, description, media }) => (
            <fieldset key={kind} class='sheet'>
              <legend>
                <bdi>{description}</bdi>
              </legend>
              <div class='row'>
                {MEDIA.filter((medium) => media.includes(medium)).map((medium) => (
                  <Switch
                    key={medium}
                    kind={kind}
                    medium={medium}
                    wasOn={chosen.find((one) => one.kind === kind && one.medium === medium)?.is_enabled ??
                      true}
                  />
                ))}
              </div>
            </fieldset>
          ))}
        </>
      )}
    </Await>
  )
}

/** One way to be told of something; it stays as it was if it could not be changed. */
function Switch({ kind, medium, wasOn }: { kind: string; medium: Medium; wasOn: boolean }) {
  const [isOn, setOn] = useState(wasOn)
  const action = useAction()
  const set = async (is_enabled: boolean) => {
    setOn(is_enabled)
    const isDone = await action.run(async () => {
      await supabase.rpc('set_notification_preference', { kind, medium, is_enabled }).throwOnError()
    })
    if (!isDone) setOn(!is_enabled)
  }
  return (
    <>
      <label class='facet'>
        <input
          type='checkbox'
          disabled={action.isBusy}
          checked={isOn}
          onChange={(event) => void set(event.currentTarget.checked)}
        />
        {t(`preferences.medium.${medium}`)}
      </label>
      <Trouble problem={action.problem} />
    </>
  )
}

function QuietHours({ user }: { user: User }) {
  const hours = useLoad(async () => {
    const { data } = await supabase.from('quiet_hours').select().eq('user_id', user.id).maybeSingle()
      .throwOnError()
    return { row: data }
  }, [user.id])
  return (
    <Await of={hours}>
      {({ row }) => <Hours key={row?.updated_at} row={row} user={user} reload={hours.reload} />}
    </Await>
  )
}

function Hours(
  { row, user, reload }: { row: Row<'quiet_hours'> | null; user: User; reload: () => Promise<void> },
) {
  const [starts, setStarts] = useState(row?.starts.slice(0, 5) ?? '22:00')
  const [ends, setEnds] = useState(row?.ends.slice(0, 5) ?? '07:00')
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await reload()
    })
  const save = (event: Event) => {
    event.preventDefault()
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    act(() => supabase.rpc('set_quiet_hours', { starts, ends, time_zone }).throwOnError())
  }
  return (
    <form class='sheet' onSubmit={save}>
      <h2>{t('quiet.title')}</h2>
      <p>{t('quiet.text')}</p>
      <div role='status'>
        {row !== null && (
          <p class='good'>
            {t('quiet.on', {
              starts: row.starts.slice(0, 5),
              ends: row.ends.slice(0, 5),
              zone: row.time_zone,
            })}
          </p>
        )}
      </div>
      <div class='pair'>
        <TextField label={t('quiet.starts')} type='time' value={starts} onValue={setStarts} required />
        <TextField label={t('quiet.ends')} type='time' value={ends} onValue={setEnds} required />
      </div>
      <Trouble problem={action.problem} />
      <div class='row'>
        <button type='submit' disabled={action.isBusy}>{t('action.save')}</button>
        {row !== null && (
          <button
            type='button'
            class='plain'
            disabled={action.isBusy}
            onClick={() =>
              act(() => supabase.from('quiet_hours').delete().eq('user_id', user.id).throwOnError())}
          >
            {t('quiet.end')}
          </button>
        )}
      </div>
    </form>
  )
}
