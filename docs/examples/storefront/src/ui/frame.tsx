import { cart } from '../cart.ts'
import { isPlatformAdmin, useUser } from '../session.ts'
import { useUnread } from '../unread.ts'
import { chooseLanguage, type Language, language, LANGUAGES, number, t } from '../words.ts'
import { SearchBox } from './search-box.tsx'

/** What stands above every screen. */
export function Header() {
  const user = useUser()
  const count = cart.use()?.item_count ?? 0
  const unread = useUnread(user?.id)
  return (
    <header class='top'>
      <div class='wide bar'>
        <a class='brand' href='/'>
          <img src='/icon.svg' alt='' width='28' height='28' />
          Marketbase
        </a>
        <SearchBox />
        <nav aria-label={t('frame.nav')}>
          {user && <a href='/orders'>{t('frame.orders')}</a>}
          {user && (
            <a href='/notifications'>
              <span aria-hidden='true'>
                <Bell />
                {unread > 0 && <span class='count'>{unread > 99 ? `${number(99)}+` : number(unread)}</span>}
              </span>
              <span class='sr'>
                {t('notifications.title')} {unread > 0 && t('notifications.unread', { count: unread })}
              </span>
            </a>
          )}
          {user ? <a href='/account'>{t('frame.account')}</a> : <a href='/signin'>{t('frame.signIn')}</a>}
          <a href='/cart'>
            {t('frame.cart')}
            <span class='count' aria-hidden='true'>{number(count)}</span>
            <span class='sr'>{t('frame.pieces', { count })}</span>
          </a>
        </nav>
      </div>
    </header>
  )
}

function Bell() {
  return (
    <svg viewBox='0 0 24 24' width='20' height='20' fill='none' stroke='currentColor' stroke-width='2'>
      <path d='M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4' />
    </svg>
  )
}

/** What stands below every screen. */
export function Footer() {
  const user = useUser()
  return (
    <footer class='bottom'>
      <div class='wide bar'>
        <nav aria-label={t('frame.more')}>
          <a href='/sell'>{t('frame.sell')}</a>
          {user && isPlatformAdmin(user) && <a href='/desk'>{t('frame.desk')}</a>}
        </nav>
        <label class='inline'>
          <span>{t('frame.language')}</span>
          <select
            value={language}
            onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
          >
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code} lang={code}>{name}</option>
            ))}
          </select>
        </label>
      </div>
    </footer>
  )
}
