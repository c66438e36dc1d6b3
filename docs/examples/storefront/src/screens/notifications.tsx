import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { moment, t } from '../words.ts'

/** What was told to this person, the newest first, as it comes. */
export default function Notifications() {
  useTitle(t('notifications.title'))
  return (
    <div class='narrow'>
      <h1>{t('notifications.title')}</h1>
      <SignInFirst>{(user) => <List userId={user.id} />}</SignInFirst>
    </div>
  )
}

function List({ userId }: { userId: string }) {
  const told = useLoad(async () => {
    const { data } = await supabase.from('notifications').select().eq('user_id', userId)
      .order('id', { ascending: false }).limit(50).throwOnError()
    return data
  }, [userId])
  const action = useAction()
  useLive(`user:${userId}`, () => void told.reload())
  const readAll = () =>
    void action.run(async () => {
      await supabase.from('notifications').update({ read_at: new Date().toISOString() })
        .eq('user_id', userId).is('read_at', null).throwOnError()
      await told.reload()
    })
  return (
    <Await of={told}>
      {(notifications) => (
        <>
          <Trouble problem={action.problem} />
          {notifications.some(({ read_at }) => read_at === null) && (
            <button type='button' disabled={action.isBusy} onClick={readAll}>
              {t('notifications.read')}
            </button>
          )}
          {notifications.length === 0 && <p class='empty'>{t('notifications.none')}</p>}
          <ul>
            {notifications.map((notification) => (
              <li key={notification.id} class='sheet'>
                <Title notification={notification} />
                {notification.body !== null && (
                  <p>
                    <bdi>{notification.body}</bdi>
                  </p>
                )}
                <p class='quiet'>{moment(notification.created_at)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Await>
  )
}

function Title({ notification: { title, data, read_at } }: { notification: Row<'notifications'> }) {
  const name = read_at === null
    ? (
      <strong>
        <bdi>{title}</bdi>
      </strong>
    )
    : <bdi>{title}</bdi>
  const orderId = typeof data === 'object' && !Array.isArray(data) ? data['order_id'] : undefined
  return typeof orderId === 'string' ? <a href={`/orders/${orderId}`}>{name}</a> : name
}
