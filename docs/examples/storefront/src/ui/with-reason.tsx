import { useEffect, useRef, useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { t } from '../words.ts'
import { Field, TextField, Trouble } from './parts.tsx'

/** A button that asks for a reason before it does what cannot be taken back. */
export function WithReason(
  { label, question, rule, act }: {
    label: string
    question: string
    /** Names the rule that the decision stands on; where it is given, that is asked for, too. */
    rule?: string
    act: (reason: string, rule: string) => Promise<void>
  },
) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [broken, setBroken] = useState('')
  const action = useAction()
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await action.run(() => act(reason, broken))) setOpen(false)
  }
  return (
    <>
      <button type='button' onClick={() => setOpen(true)}>{label}</button>
      <dialog ref={dialog} onClose={() => setOpen(false)} aria-label={label}>
        <form onSubmit={submit}>
          <h2>{label}</h2>
          <p>{question}</p>
          {rule !== undefined && (
            <TextField label={rule} value={broken} onValue={setBroken} required maxLength={200} />
          )}
          <Field label={t(rule === undefined ? 'desk.reason' : 'decision.facts')}>
            {(id) => (
              <textarea
                id={id}
                required
                maxLength={500}
                value={reason}
                onInput={(event) => setReason(event.currentTarget.value)}
              />
            )}
          </Field>
          <Trouble problem={action.problem} />
          <div class='row'>
            <button type='submit' class='primary' disabled={action.isBusy}>{label}</button>
            <button type='button' onClick={() => setOpen(false)}>{t('desk.leave')}</button>
          </div>
        </form>
      </dialog>
    </>
  )
}
