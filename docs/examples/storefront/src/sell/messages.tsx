import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Inbox } from '../ui/inbox.tsx'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SavedReplies } from '../ui/store-answers.tsx'
import { t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** The store's conversations with customers. */
export default function StoreMessages() {
  useTitle(t('chat.title'))
  return (
    <SellerFrame>
      {(store, _reload, user) => (
        <>
          <h1>{t('chat.title')}</h1>
          <Inbox userId={user.id} storeId={store.id} />
          <SavedReplies storeId={store.id} />
          {store.role !== 'staff' && <Away store={store} />}
        </>
      )}
    </SellerFrame>
  )
}

/** What the store says by itself while nobody answers, once in each conversation. */
function Away({ store }: { store: MyStore }) {
  const away = useLoad(async () => {
    const { data } = await supabase.from('away_messages').select('body').eq('store_id', store.id)
      .maybeSingle()
      .throwOnError()
    return data?.body ?? ''
  }, [store.id])
  return (
    <details class='sheet'>
      <summary>{t('chat.away')}</summary>
      <Await of={away}>
        {(body) => <AwayForm key={body} store={store} known={body} reload={away.reload} />}
      </Await>
    </details>
  )
}

function AwayForm(
  { store, known, reload }: { store: MyStore; known: string; reload: () => Promise<void> },
) {
  const [body, setBody] = useState(known)
  const action = useAction()
  const save = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('set_away_message', { store_id: store.id, body }).throwOnError()
      await reload()
    })
  }
  return (
    <form onSubmit={save}>
      <p role='status' class={known === '' ? 'quiet' : 'warn'}>
        {t(known === '' ? 'chat.here' : 'chat.isAway')}
      </p>
      <TextField
        label={t('chat.awayBody')}
        hint={t('chat.awayHint')}
        value={body}
        onValue={setBody}
        maxLength={1000}
      />
      <Trouble problem={action.problem} />
      <button type='submit' disabled={action.isBusy}>{t('action.save')}</button>
    </form>
  )
}
