import type { Session, User } from '@supabase/supabase-js'
import { claimCart, refreshCart } from './cart.ts'
import { Shared } from './shared.ts'
import { cartToken, supabase } from './supabase.ts'

/** Who is signed in; null is nobody, undefined is not known yet. */
const session = new Shared<Session | null | undefined>(undefined)

export function watchSession(): void {
  supabase.auth.onAuthStateChange((event, current) => {
    const isSame = session.get()?.user.id === current?.user.id
    // Not inside of this callback: the library waits for it, and calls in it would wait for the library.
    setTimeout(async () => {
      // What a visitor put into the cart is hers before anything is shown as hers.
      if (current !== null && cartToken.get() !== null) await claimCart()
      else if (!isSame || event === 'INITIAL_SESSION') void refreshCart()
      session.set(current)
    })
  })
}

/** The person who is signed in; null is nobody, undefined is not known yet. */
export function useUser(): User | null | undefined {
  const current = session.use()
  return current && current.user
}

/** Whether the caller runs the marketplace. Decides only what is shown: the database decides what is allowed. */
export function isPlatformAdmin(user: User): boolean {
  return user.app_metadata['platform_admin'] === true
}
