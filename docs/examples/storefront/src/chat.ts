import { listen } from './live.ts'
import { type Problem, problemOf } from './problems.ts'
import { type Row, supabase } from './supabase.ts'

export type Message = Row<'messages'>

/**
 * Every message of a conversation, once and in order, as docs/api.md has it: asked for when the channel is joined, at
 * a gap, when the window is looked at again, and every half minute.
 */
export function openChat(
  { conversation_id, userId, show, refuse }: {
    conversation_id: string
    userId: string
    show: (messages: Message[], drafts: Map<string, string>) => void
    refuse: (problem: Problem) => void
  },
) {
  const messages = new Map<number, Message>() // by number
  const drafts = new Map<string, string>() // what is on its way, by client_id
  let last = 0 // everything up to this number is here
  const draw = () =>
    show([...messages.values()].filter(({ seq }) => seq <= last).sort((a, b) => a.seq - b.seq), drafts)
  const take = (message: Message) => {
    const known = messages.get(message.seq)
    const changed = (one: Message) => one.deleted_at ?? one.edited_at ?? ''
    if (!known || changed(known) <= changed(message)) messages.set(message.seq, message)
    drafts.delete(message.client_id)
    while (messages.has(last + 1)) last++
  }
  const load = async (after_seq: number | null) => { // those after a number, or the newest
    const { data } = await supabase.rpc('list_messages', { conversation_id, after_seq, page_size: 200 })
    if (last === 0) last = (data?.[0]?.seq ?? 1) - 1
    data?.forEach(take)
    return data?.length
  }
  const catchUp = async () => {
    while (await load(last) === 200);
    draw()
  }
  const refresh = () => load(null).then(catchUp) // what is on the screen may have been edited meanwhile
  const hear = ({ payload }: { payload: Message }) => {
    if (payload.conversation_id !== conversation_id) return
    if (payload.seq > last + 1) return catchUp()
    take(payload)
    draw()
  }
  const send = async (body: string, client_id: string = crypto.randomUUID(), attachments: string[] = []) => {
    drafts.set(client_id, body)
    draw()
    const { data, error } = await supabase.rpc('send_message', {
      conversation_id,
      body,
      client_id,
      attachments,
    })
    if (data) return hear({ payload: data })
    if (!error.code?.startsWith('PT')) return void setTimeout(send, 1000, body, client_id, attachments) // nobody knows: again
    drafts.delete(client_id) // refused: error.details says why
    draw()
    refuse(await problemOf(error))
  }

  /** What was said before what is shown. */
  const loadOlder = async () => {
    const before_seq = Math.min(...messages.keys())
    const { data } = await supabase.rpc('list_messages', { conversation_id, before_seq, page_size: 50 })
      .throwOnError()
    data.forEach(take)
    draw()
  }
  const stopListening = listen(`user:${userId}`, (event, payload) => {
    if (event === undefined) void refresh()
    if (event === 'message_created' || event === 'message_updated') void hear({ payload: payload as Message })
  })
  addEventListener('focus', refresh)
  const every = setInterval(catchUp, 30_000)
  const close = () => {
    stopListening()
    removeEventListener('focus', refresh)
    clearInterval(every)
  }
  return { send, loadOlder, hear, close }
}
