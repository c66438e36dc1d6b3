import { useAction } from '../load.ts'
import { navigate, useAddress } from '../router.tsx'
import { useUser } from '../session.ts'
import { supabase } from '../supabase.ts'
import { Trouble } from './parts.tsx'

/** Opens the conversation about something, the one that there is or a new one. */
export function Write(
  { storeId, about = { subject_type: 'none' }, label, inbox = '/messages' }: {
    storeId: string
    about?: { subject_type: 'none' | 'product' | 'order' | 'booking'; subject_id?: string }
    label: string
    /** On which side of the counter the caller stands. */
    inbox?: '/messages' | '/sell/messages'
  },
) {
  const user = useUser()
  const address = useAddress()
  const action = useAction()
  if (user === null) return <a class='button' href={`/signin?next=${encodeURIComponent(address)}`}>{label}</a>
  const start = () =>
    void action.run(async () => {
      const { data } = await supabase.rpc('start_conversation', { store_id: storeId, ...about })
        .throwOnError()
      navigate(`${inbox}/${data.id}`)
    })
  return (
    <>
      <button type='button' disabled={action.isBusy || user === undefined} onClick={start}>{label}</button>
      <Trouble problem={action.problem} />
    </>
  )
}
