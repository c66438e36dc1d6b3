import { useState } from 'preact/hooks'
import type { Conversation } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { t } from '../words.ts'
import { Await, Field, TextField, Trouble } from './parts.tsx'

/** Who of the store answers: only that member is told of new messages. */
export function Assignee(
  { card, userId, reload }: { card: Conversation; userId: string; reload: () => Promise<void> },
) {
  const action = useAction()
  const members = useLoad(async () => {
    const [{ data: people }, { data: staff }] = await Promise.all([
      supabase.from('store_members').select('user_id, role').eq('store_id', card.store.id).order('created_at')
        .throwOnError(),
      supabase.from('staff').select('member_id, name').eq('store_id', card.store.id)
        .not('member_id', 'is', null).throwOnError(),
    ])
    return people.map(({ user_id, role }) => ({
      user_id,
      name: user_id === userId
        ? t('chat.you')
        : staff.find(({ member_id }) => member_id === user_id)?.name ?? t(`chat.role.${role}`),
    }))
  }, [card.store.id, userId])
  const assign = (user_id: string) =>
    void action.run(async () => {
      await supabase.rpc('assign_conversation', { conversation_id: card.id, user_id: user_id || null })
        .throwOnError()
      await reload()
    })
  return (
    <Await of={members}>
      {(people) => (
        <>
          <label class='inline'>
            <span>{t('chat.assignee')}</span>
            <select
              value={card.assignee_id ?? ''}
              disabled={action.isBusy}
              onChange={(event) => assign(event.currentTarget.value)}
            >
              <option value=''>{t('chat.anybody')}</option>
              {people.map(({ user_id, name }) => <option key={user_id} value={user_id}>{name}</option>)}
            </select>
          </label>
          <Trouble problem={action.problem} />
        </>
      )}
    </Await>
  )
}

function useReplies(storeId: string) {
  return useLoad(async () => {
    const { data } = await supabase.from('saved_replies').select('id, title, body').eq('store_id', storeId)
      .order('title').throwOnError()
    return data
  }, [storeId])
}

/** What the store says often, put into the line to send or to change first. */
export function ChooseReply({ storeId, onChoose }: { storeId: string; onChoose: (body: string) => void }) {
  const replies = useReplies(storeId)
  if (replies.data === undefined || replies.data.length === 0) return null
  return (
    <select
      aria-label={t('chat.replies')}
      value=''
      onChange={(event) => {
        const chosen = replies.data?.find(({ id }) => id === event.currentTarget.value)
        event.currentTarget.value = ''
        if (chosen !== undefined) onChoose(chosen.body)
      }}
    >
      <option value=''>{t('chat.replies')}</option>
      {replies.data.map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
    </select>
  )
}

/** Keeps and forgets what the store says often. */
export function SavedReplies({ storeId }: { storeId: string }) {
  const [title, setTitle] = useState('')
  const [body, setBody] = useState('')
  const action = useAction()
  const replies = useReplies(storeId)
  const add = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.from('saved_replies').insert({ store_id: storeId, title, body }).throwOnError()
      setTitle('')
      setBody('')
      await replies.reload()
    })
  }
  const remove = (id: string) =>
    void action.run(async () => {
      await supabase.from('saved_replies').delete().eq('id', id).throwOnError()
      await replies.reload()
    })
  return (
    <details class='sheet'>
      <summary>{t('chat.replies')}</summary>
      <Await of={replies}>
        {(kept) => (
          <ul>
            {kept.map((reply) => (
              <li key={reply.id} class='row spread'>
                <span>
                  <bdi>{reply.title}</bdi>{' '}
                  <span class='quiet'>
                    <bdi>{reply.body}</bdi>
                  </span>
                </span>
                <button
                  type='button'
                  class='plain'
                  disabled={action.isBusy}
                  onClick={() => remove(reply.id)}
                >
                  {t('cart.remove')}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <form onSubmit={add}>
        <TextField label={t('chat.replyTitle')} value={title} onValue={setTitle} required maxLength={80} />
        <Field label={t('chat.replyBody')}>
          {(id) => (
            <textarea
              id={id}
              required
              maxLength={4000}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          )}
        </Field>
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('chat.keepReply')}</button>
      </form>
    </details>
  )
}
