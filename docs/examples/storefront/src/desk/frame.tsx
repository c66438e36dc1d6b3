import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { useAddress } from '../router.tsx'
import { isPlatformAdmin } from '../session.ts'
import { TextField, Trouble } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { t } from '../words.ts'

const PARTS = [
  ['/desk', 'desk.home'],
  ['/desk/stores', 'desk.stores'],
  ['/desk/orders', 'desk.orders'],
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
  { label, question, act }: { label: string; question: string; act: (reason: string) => Promise<void> },
) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const action = useAction()
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await action.run(() => act(reason))) setOpen(false)
  }
  return (
    <>
      <button type='button' onClick={() => setOpen(true)}>{label}</button>
      <dialog ref={dialog} onClose={() => setOpen(false)} aria-label={label}>
        <form onSubmit={submit}>
          <h2>{label}</h2>
          <p>{question}</p>
          <TextField label={t('desk.reason')} value={reason} onValue={setReason} required maxLength={500} />
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
export function Find({ label, onFind }: { label: string; onFind: (text: string) => void }) {
  const [text, setText] = useState('')
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
