import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useAddress } from '../router.tsx'
import { isPlatformAdmin } from '../session.ts'
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
