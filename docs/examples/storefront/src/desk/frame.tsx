import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { useAddress } from '../router.tsx'
import { isPlatformAdmin } from '../session.ts'
import { Field, TextField, Trouble } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

const PARTS = [
  ['/desk', 'desk.home'],
  ['/desk/stores', 'desk.stores'],
  ['/desk/reports', 'desk.reports'],
  ['/desk/alerts', 'desk.alerts'],
  ['/desk/orders', 'desk.orders'],
  ['/desk/people', 'desk.people'],
  ['/desk/refunds', 'desk.refunds'],
  ['/desk/products', 'desk.products'],
  ['/desk/stock', 'desk.stock'],
  ['/desk/audit', 'desk.audit'],
  ['/desk/health', 'desk.health'],
] as const

/** What stands around the desk of those who run the marketplace. What they may do, the database decides. */
export function DeskFrame({ title, children }: { title: string; children: ComponentChildren }) {
  const path = useAddress().split('?')[0]
  return (
    <SignInFirst>
      {(user) =>
        isPlatformAdmin(user)
          ? (
            <>
              <nav class='tabs' aria-label={t('frame.desk')}>
                {PARTS.map(([href, key]) => (
                  <a key={href} href={href} aria-current={href === path ? 'page' : undefined}>{t(key)}</a>
                ))}
              </nav>
              <h1>{title}</h1>
              {children}
            </>
          )
          : <p class='empty'>{t('desk.notYours')}</p>}
    </SignInFirst>
  )
}

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

/** A field to look for something; what was typed is used once it is sent. */
export function Find(
  { label, sought = '', onFind }: {
    label: string
    /** What is looked for when the screen opens. */
    sought?: string
    onFind: (text: string) => void
  },
) {
  const [text, setText] = useState(sought)
  return (
    <form
      class='row'
      onSubmit={(event) => {
        event.preventDefault()
        onFind(text.trim())
      }}
    >
      <input
        type='search'
        aria-label={label}
        placeholder={label}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type='submit'>{t('desk.find')}</button>
    </form>
  )
}

/** A text as a filter of PostgREST takes it: `*` is anything, and what has a meaning there is left out. */
export const containing = (text: string) => `"*${text.replace(/["\\*%,()]/g, ' ').trim()}*"`
