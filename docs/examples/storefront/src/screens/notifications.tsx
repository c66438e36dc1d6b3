import { useState } from 'preact/hooks'
import type { NotificationFeed } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { moment, t } from '../words.ts'

type Item = NotificationFeed['items'][number]

/** What was told to this person, the newest first, as it comes. */
export default function Notifications() {
  useTitle(t('notifications.title'))
  return (
    <div class='narrow'>
      <h1>{t('notifications.title')}</h1>
      <p>
        <a href='/notifications/preferences'>{t('preferences.title')}</a>
      </p>
      <SignInFirst>{(user) => <List userId={user.id} />}</SignInFirst>
    </div>
  )
}

async function readFeed(cursor: string | null) {
  const { data } = await supabase.rpc('list_notifications', { page_size: 20, cursor }).throwOnError()
  return data
}

function List({ userId }: { userId: string }) {
  const told = useLoad(() => readFeed(null), [userId])
  const [older, setOlder] = useState<NotificationFeed>()
  const action = useAction()
  useLive(`user:${userId}`, (event) => {
    if (event === undefined || /^notifications?_/.test(event)) void told.reload()
  })
  return (
    <Await of={told}>
      {(feed) => {
        const next = older === undefined ? feed.next_cursor : older.next_cursor
        const onFirst = new Set(feed.items.map(({ id }) => id))
        const items = [...feed.items, ...(older?.items ?? []).filter(({ id }) => !onFirst.has(id))]
        const readAll = () =>
          void action.run(async () => {
            // Up to what is shown: what came meanwhile was not seen.
            await supabase.rpc('mark_notifications_read', { up_to: items[0]!.id }).throwOnError()
            setOlder(undefined)
            await told.reload()
          })
        return (
          <>
            <Trouble problem={action.problem} />
            {feed.unread_count > 0 && (
              <button type='button' disabled={action.isBusy} onClick={readAll}>
                {t('notifications.read')}
              </button>
            )}
            {items.length === 0 && <p class='empty'>{t('notifications.none')}</p>}
            <ul>
              {items.map((notification) => (
                <li key={notification.id} class='sheet'>
                  <Title notification={notification} />
                  {notification.body !== null && (
                    <p class='prose'>
                      <bdi>{notification.body}</bdi>
                    </p>
                  )}
                  <p class='quiet'>{moment(notification.created_at)}</p>
                </li>
              ))}
            </ul>
            {next !== null && (
              <button
                type='button'
                disabled={action.isBusy}
                onClick={() =>
                  void action.run(async () => {
                    const page = await readFeed(next)
                    setOlder({ ...page, items: [...older?.items ?? [], ...page.items] })
                  })}
              >
                {t('orders.older')}
              </button>
            )}
          </>
        )
      }}
    </Await>
  )
}

/** Where a notification leads, by its kind and the ids that it has. */
function whereTo({ kind, data }: Item): string | undefined {
  const id = (name: string) => typeof data[name] === 'string' ? data[name] : undefined
  const [order, decision] = [id('order_id'), id('decision_id')]
  const [review, conversation] = [id('review_id'), id('conversation_id')]
  const booking = id('booking_id')
  if (conversation !== undefined) return `/messages/${conversation}`
  if (kind === 'review_received') return '/sell/reviews'
  if (decision !== undefined && kind !== 'review_restored') return `/decisions/${decision}`
  if (review !== undefined) return `/reviews/${review}`
  if (kind === 'low_stock') return '/sell/stock'
  if (kind.startsWith('store_')) return '/sell'
  if (booking !== undefined) return `/bookings/${booking}`
  if (order !== undefined) {
    return ['refund_requested', 'payment_disputed'].includes(kind)
      ? `/sell/orders/${order}`
      : `/orders/${order}`
  }
  return undefined
}

function Title({ notification }: { notification: Item }) {
  const to = whereTo(notification)
  const name = notification.read_at === null
    ? (
      <strong>
        <bdi>{notification.title}</bdi>
      </strong>
    )
    : <bdi>{notification.title}</bdi>
  if (to === undefined) return name
  // Whoever goes to see it has read it.
  const read = () =>
    void supabase.from('notifications').update({ read_at: new Date().toISOString() })
      .eq('id', notification.id).is('read_at', null).then()
  return <a href={to} onClick={read}>{name}</a>
}
