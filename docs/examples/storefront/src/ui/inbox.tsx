import { useState } from 'preact/hooks'
import type { Conversation } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import { supabase } from '../supabase.ts'
import { moment, number, t } from '../words.ts'
import { Await, Trouble } from './parts.tsx'

/** Conversations of one side, the latest first, with what is unread. */
export function Inbox({ userId, storeId }: { userId: string; storeId?: string }) {
  const [isArchived, setArchived] = useState(false)
  const [older, setOlder] = useState<{ conversations: Conversation[]; next_cursor: string | null }>()
  const action = useAction()
  const read = async (cursor: string | null) => {
    const { data } = await supabase.rpc('list_conversations', {
      store_id: storeId ?? null,
      is_archived: isArchived,
      page_size: 20,
      cursor,
    }).throwOnError()
    return data
  }
  const first = useLoad(() => read(null), [storeId, isArchived])
  useLive(`user:${userId}`, (event) => {
    if (event === undefined || /^(message|conversation)_/.test(event)) void first.reload()
  })
  return (
    <>
      <label class='facet'>
        <input
          type='checkbox'
          checked={isArchived}
          onChange={(event) => {
            setArchived(event.currentTarget.checked)
            setOlder(undefined)
          }}
        />
        {t('chat.archived')}
      </label>
      <Await of={first}>
        {(page) => {
          const next = older === undefined ? page.next_cursor : older.next_cursor
          // The latest come to the top as somebody writes; each stands once, as it was read last.
          const onFirst = new Set(page.conversations.map(({ id }) => id))
          const all = [
            ...page.conversations,
            ...(older?.conversations ?? []).filter(({ id }) => !onFirst.has(id)),
          ]
          return (
            <>
              {all.length === 0 && <p class='empty'>{t('chat.none')}</p>}
              <ul>
                {all.map((conversation) => <Line key={conversation.id} conversation={conversation} />)}
              </ul>
              <Trouble problem={action.problem} />
              {next !== null && (
                <button
                  type='button'
                  disabled={action.isBusy}
                  onClick={() =>
                    void action.run(async () => {
                      const { conversations, next_cursor } = await read(next)
                      setOlder({
                        conversations: [...older?.conversations ?? [], ...conversations],
                        next_cursor,
                      })
                    })}
                >
                  {t('orders.older')}
                </button>
              )}
            </>
          )
        }}
      </Await>
    </>
  )
}

function Line({ conversation }: { conversation: Conversation }) {
  const { id, side, store, customer, subject_type, last_message, last_message_at, unread_count } =
    conversation
  const name = side === 'customer' ? store.name : customer.name ?? t('chat.somebody')
  return (
    <li class='sheet'>
      <div class='row spread'>
        <a href={side === 'customer' ? `/messages/${id}` : `/sell/messages/${id}`}>
          <bdi>{name}</bdi>
          {subject_type !== 'none' && <>· {t(`chat.about.${subject_type}`)}</>}
        </a>
        {unread_count > 0 && (
          <span>
            <span class='count' aria-hidden='true'>{number(unread_count)}</span>
            <span class='sr'>{t('chat.unread', { count: unread_count })}</span>
          </span>
        )}
      </div>
      {last_message !== null && (
        <p class='quiet'>
          {last_message.side === side && <>{t('chat.you')}:{' '}</>}
          <bdi>
            {last_message.deleted_at !== null
              ? t('chat.deleted')
              : last_message.body || t('chat.files', { count: last_message.attachment_count })}
          </bdi>
        </p>
      )}
      {last_message_at !== null && <p class='quiet'>{moment(last_message_at)}</p>}
    </li>
  )
}
