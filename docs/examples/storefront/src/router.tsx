import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { findRoute, type ScreenProps } from './routes.ts'
import NotFound from './screens/not-found.tsx'
import { Shared } from './shared.ts'

interface Shown extends ScreenProps {
  screen: ComponentType<ScreenProps>
  path: string
}

const address = new Shared(location.pathname + location.search)

/** Goes to another screen; `replace` leaves no step behind to come back to. */
export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
  address.set(path)
}

/** The path and query that are shown. */
export const useAddress = () => address.use()

/** An address of this site that somebody is sent back to; whatever leads elsewhere becomes the front page. */
export function localPath(path: string | null): string {
  if (path === null || !URL.canParse(path, location.origin)) return '/'
  const { origin, pathname, search } = new URL(path, location.origin)
  return origin === location.origin && !pathname.startsWith('//') ? pathname + search : '/'
}

/** Follows links without loading the page anew, as a browser would follow them. */
export function followLinks(): void {
  addEventListener('popstate', () => address.set(location.pathname + location.search))
  addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a')
    if (
      !link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey ||
      event.shiftKey || event.altKey || link.origin !== location.origin || link.target !== '' ||
      link.hasAttribute('download') || (link.hash !== '' && link.pathname === location.pathname)
    ) return
    event.preventDefault()
    navigate(link.pathname + link.search)
  })
}

/** Shows the screen of the address. The one before stays until the next one has arrived. */
export function Router() {
  const current = useAddress()
  const [shown, setShown] = useState<Shown>()
  useEffect(() => {
    let isLatest = true
    const { pathname, searchParams } = new URL(current, location.origin)
    const route = findRoute(pathname)
    const loading = route === undefined ? Promise.resolve({ default: NotFound }) : route.load()
    void loading.then(({ default: screen }) => {
      if (!isLatest) return
      const isElsewhere = shown !== undefined && shown.path !== pathname
      setShown({ screen, path: pathname, params: route?.params ?? {}, query: searchParams })
      if (!isElsewhere) return
      // Whoever cannot see that the page has changed is told by where the focus is.
      scrollTo(0, 0)
      requestAnimationFrame(() => document.querySelector('main')?.focus({ preventScroll: true }))
    })
    return () => {
      isLatest = false
    }
  }, [current])
  if (shown === undefined) return null
  const Screen = shown.screen
  return <Screen key={shown.path} params={shown.params} query={shown.query} />
}
