import { useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Inbox } from '../ui/inbox.tsx'
import { TextField, Trouble, useTitle } from '../ui/parts.tsx'
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
          <Away store={store} />
        </>
      )}
    </SellerFrame>
  )
}

/** What the store says by itself while nobody answers, once in each conversation. */
function Away({ store }: { store: MyStore }) {
  const [body, setBody] = useState('')
  const [isSaved, setSaved] = useState(false)
  const action = useAction()
  const save = (event: Event) => {
    event.preventDefault()
    setSaved(false)
    void action.run(async () => {
      await supabase.rpc('set_away_message', {
        store_id: store.id,
        ...(body === '' ? {} : { body }),
      }).throwOnError()
      setSaved(true)
    })
  }
  return (
    <details class='sheet'>
      <summary>{t('chat.away')}</summary>
      <form onSubmit={save}>
        <TextField
          label={t('chat.awayBody')}
          hint={t('chat.awayHint')}
          value={body}
          onValue={setBody}
          maxLength={1000}
        />
        <Trouble problem={action.problem} />
        <div class='row'>
          <button type='submit' disabled={action.isBusy}>{t('action.save')}</button>
          <span role='status'>{isSaved && t('action.saved')}</span>
        </div>
      </form>
    </details>
  )
}
