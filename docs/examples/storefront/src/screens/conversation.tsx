import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Conversation as Card } from '../../../../../supabase/api.types.ts'
import { type Message, openChat } from '../chat.ts'
import { useAction, useLoad } from '../load.ts'
import { useLive } from '../live.ts'
import type { Problem } from '../problems.ts'
import { useRoom } from '../room.ts'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Await, Field, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Assignee, ChooseReply } from '../ui/store-answers.tsx'
import { moment, t } from '../words.ts'

const REASONS = ['spam', 'abuse', 'fraud', 'illegal', 'other'] as const

/** One conversation, for either side: what was said, as it comes, and a line to say more. */
export default function ConversationScreen({ params }: ScreenProps) {
  return <SignInFirst>{(user) => <Conversation id={params['id']!} userId={user.id} />}</SignInFirst>
}

function Conversation({ id, userId }: { id: string; userId: string }) {
  const card = useLoad(async () => {
    const { data } = await supabase.rpc('get_conversation', { conversation_id: id }).throwOnError()
    return data
  }, [id, userId])
  useLive(`user:${userId}`, (event) => {
    if (event === undefined || event === 'conversation_read') void card.reload()
  })
  const { side, store, customer } = card.data ?? {}
  const name = side === 'customer' ? store?.name : customer?.name ?? t('chat.somebody')
  useTitle(name)
  return (
    <div class='narrow'>
      <Await of={card}>
        {(conversation) => (
          <>
            <p class='quiet'>
              <a href={side === 'customer' ? '/messages' : '/sell/messages'}>{t('chat.title')}</a>
            </p>
            <h1>
              <bdi>{name}</bdi>
            </h1>
            <About card={conversation} />
            {side === 'store' && <Assignee card={conversation} userId={userId} reload={card.reload} />}
            <Window card={conversation} userId={userId} reload={card.reload} />
            <Ways card={conversation} reload={card.reload} />
          </>
        )}
      </Await>
    </div>
  )
}

/** What it is about, with a way there. */
function About({ card: { side, subject_type, subject_id } }: { card: Card }) {
  const product = useLoad(async () => {
    if (subject_type !== 'product') return null
    const { data } = await supabase.from('products').select('name, slug, stores(slug)').eq('id', subject_id!)
      .maybeSingle().throwOnError()
    return data
  }, [subject_type, subject_id])
  if (product.data) {
    return (
      <p>
        <a href={`/${product.data.stores.slug}/${product.data.slug}`}>
          <bdi>{product.data.name}</bdi>
        </a>
      </p>
    )
  }
  if (subject_type === 'order') {
    return (
      <p>
        <a href={`${side === 'store' ? '/sell' : ''}/orders/${subject_id}`}>{t('chat.about.order')}</a>
      </p>
    )
  }
  if (subject_type === 'booking') {
    const list = side === 'store' ? '/sell/appointments' : '/bookings'
    return (
      <p>
        <a href={`${list}/${subject_id}`}>{t('chat.about.booking')}</a>
      </p>
    )
  }
  return null
}

function Window(
  { card: { id, side, store, customer, other_read_seq, is_blocked }, userId, reload }: {
    card: Card
    userId: string
    reload: () => Promise<void>
  },
) {
  const [messages, setMessages] = useState<Message[]>()
  const [drafts, setDrafts] = useState<string[]>([])
  const [refused, setRefused] = useState<Problem>()
  const [body, setBody] = useState('')
  const chat = useRef<ReturnType<typeof openChat>>(null)
  const end = useRef<HTMLDivElement>(null)
  const action = useAction()
  const room = useRoom({
    conversationId: id,
    userId,
    // Those who work for the store are one side.
    isOther: (one) => side === 'customer' ? one !== userId : one === customer.id,
    isOpen: !is_blocked,
  })
  useEffect(() => {
    chat.current = openChat({
      conversation_id: id,
      userId,
      show: (said, unsent) => {
        setMessages(said)
        setDrafts([...unsent.values()])
      },
      refuse: (problem) => {
        setRefused(problem)
        // Such as the block of the other side.
        void reload()
      },
    })
    return () => chat.current?.close()
  }, [id, userId])

  const last = messages?.at(-1)?.seq ?? 0
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' })
    // Only what somebody looks at is read; what comes meanwhile is, once the window is looked at again.
    const read = () => {
      if (last === 0 || document.visibilityState === 'hidden') return
      void supabase.rpc('mark_read', { conversation_id: id, seq: last }).then()
    }
    read()
    document.addEventListener('visibilitychange', read)
    return () => document.removeEventListener('visibilitychange', read)
  }, [id, last])

  const mine = messages?.findLast((message) => message.side === side)
  const say = (event: Event) => {
    event.preventDefault()
    if (body.trim() === '') return
    setRefused(undefined)
    void chat.current!.send(body)
    setBody('')
  }
  const sendFiles = (input: HTMLInputElement) =>
    void action.run(async () => {
      const paths: string[] = []
      for (const file of input.files ?? []) {
        const path = `${id}/${crypto.randomUUID()}`
        const { error } = await supabase.storage.from('message-attachments').upload(path, file)
        if (error) throw error
        paths.push(path)
      }
      input.value = ''
      await chat.current!.send('', undefined, paths)
    })
  return (
    <>
      {(messages?.[0]?.seq ?? 1) > 1 && (
        <button
          type='button'
          disabled={action.isBusy}
          onClick={() => void action.run(() => chat.current!.loadOlder())}
        >
          {t('orders.older')}
        </button>
      )}
      {messages === undefined && <p class='loading' role='status'>{t('loading')}</p>}
      <div role='log' aria-label={t('chat.said')}>
        <ol class='chat'>
          {messages?.map((message) => (
            <Said
              key={message.seq}
              message={message}
              side={side}
              onChange={(one) => chat.current!.hear(one)}
            >
              {message === mine && message.seq <= other_read_seq && <>· {t('chat.read')}</>}
            </Said>
          ))}
          {drafts.map((draft, index) => (
            <li key={`draft-${index}`} class='mine'>
              <p class='prose'>
                <bdi>{draft}</bdi>
              </p>
              <p class='quiet'>{t('chat.sending')}</p>
            </li>
          ))}
        </ol>
        <div ref={end} />
      </div>
      <p class='quiet' role='status'>
        {room.isTyping ? t('chat.typing') : room.isThere ? t('chat.there') : ''}
      </p>
      {/* Who is blocked reads so below, once. */}
      {!is_blocked && <Trouble problem={refused ?? action.problem} />}
      {!is_blocked && (
        <form onSubmit={say}>
          <Field label={t('chat.message')}>
            {(field) => (
              <textarea
                id={field}
                value={body}
                maxLength={4000}
                onInput={(event) => {
                  setBody(event.currentTarget.value)
                  room.type()
                }}
                onKeyDown={(event) => {
                  // A line of its own is Shift and Enter; while a script is being composed, Enter ends a word.
                  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) say(event)
                }}
              />
            )}
          </Field>
          <div class='row'>
            <button type='submit' class='primary'>{t('chat.send')}</button>
            {side === 'store' && <ChooseReply storeId={store.id} onChoose={setBody} />}
            <label class='inline'>
              <span>{t('chat.attach')}</span>
              <input
                type='file'
                accept='image/jpeg,image/png,image/webp,image/gif,application/pdf'
                multiple
                disabled={action.isBusy}
                onChange={(event) => sendFiles(event.currentTarget)}
              />
            </label>
          </div>
        </form>
      )}
    </>
  )
}

/** One message: as it is now, and what may be done about it. */
function Said(
  { message, side, onChange, children }: {
    message: Message
    side: Card['side']
    onChange: (heard: { payload: Message }) => void
    children: ComponentChildren
  },
) {
  const isMine = message.side === side
  const { conversation_id, seq } = message
  const action = useAction()
  const takeBack = () =>
    void action.run(async () => {
      const { data } = await supabase.rpc('delete_message', { conversation_id, seq }).throwOnError()
      onChange({ payload: data })
    })
  return (
    <li class={isMine ? 'mine' : undefined}>
      {message.deleted_at !== null ? <p class='quiet'>{t('chat.deleted')}</p> : (
        <>
          {message.body !== '' && (
            <p class='prose'>
              <bdi>{message.body}</bdi>
            </p>
          )}
          {message.attachments.map((file) => (
            <p key={file.path}>
              <button
                type='button'
                class='plain'
                onClick={() =>
                  void action.run(async () => {
                    const { data, error } = await supabase.storage.from('message-attachments')
                      .createSignedUrl(file.path, 60, { download: true })
                    if (error) throw error
                    location.assign(data.signedUrl)
                  })}
              >
                {file.mime_type === 'application/pdf' ? t('chat.pdf') : t('chat.picture')}
              </button>
            </p>
          ))}
        </>
      )}
      <p class='quiet'>
        {moment(message.created_at)}
        {message.is_automatic && <>· {t('chat.automatic')}</>}
        {message.edited_at !== null && <>· {t('review.edited')}</>}
        {children}
      </p>
      {message.deleted_at === null && (isMine
        ? (
          !message.is_automatic && (
            <button type='button' class='plain' disabled={action.isBusy} onClick={takeBack}>
              {t('chat.takeBack')}
            </button>
          )
        )
        : <Report conversationId={conversation_id} seq={seq} />)}
      <Trouble problem={action.problem} />
    </li>
  )
}

function Report({ conversationId, seq }: { conversationId: string; seq: number }) {
  const [reason, setReason] = useState<typeof REASONS[number]>('spam')
  const [note, setNote] = useState('')
  const [isSent, setSent] = useState(false)
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('report_message', {
        conversation_id: conversationId,
        seq,
        reason,
        note: note || null,
      }).throwOnError()
      setSent(true)
    })
  }
  if (isSent) return <p role='status' class='good'>{t('report.sent')}</p>
  return (
    <details>
      <summary>{t('report.report')}</summary>
      <form onSubmit={submit}>
        <Field label={t('report.reason')}>
          {(id) => (
            <select
              id={id}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value as typeof REASONS[number])}
            >
              {REASONS.map((one) => <option key={one} value={one}>{t(`report.reason.${one}`)}</option>)}
            </select>
          )}
        </Field>
        <TextField label={t('report.note')} value={note} onValue={setNote} maxLength={1000} />
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('report.send')}</button>
      </form>
    </details>
  )
}

/** Files the conversation away until the next message, and ends or allows writing. */
function Ways(
  { card: { id, side, store, customer, is_archived, is_blocked, is_blocked_by_me }, reload }: {
    card: Card
    reload: () => Promise<void>
  },
) {
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await reload()
    })
  const block = () =>
    side === 'customer'
      ? supabase.rpc(is_blocked_by_me ? 'unblock_store' : 'block_store', { store_id: store.id })
        .throwOnError()
      : supabase.rpc(is_blocked_by_me ? 'unblock_customer' : 'block_customer', {
        store_id: store.id,
        customer_id: customer.id!,
      }).throwOnError()
  return (
    <>
      {is_blocked && <p class='warn'>{t(is_blocked_by_me ? 'chat.blocked' : 'error.blocked')}</p>}
      <div class='row'>
        <button
          type='button'
          disabled={action.isBusy}
          onClick={() =>
            act(() =>
              supabase.rpc('archive_conversation', { conversation_id: id, is_archived: !is_archived })
                .throwOnError()
            )}
        >
          {t(is_archived ? 'chat.unarchive' : 'chat.archive')}
        </button>
        {customer.id !== null && (
          <button
            type='button'
            class='plain'
            disabled={action.isBusy}
            onClick={() => act(block)}
          >
            {t(is_blocked_by_me ? 'chat.unblock' : 'chat.block')}
          </button>
        )}
      </div>
      <Trouble problem={action.problem} />
    </>
  )
}
