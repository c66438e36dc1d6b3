import { createClient } from '@supabase/supabase-js'
import type { Database } from '../../../../supabase/database.types.ts'

const setting = (name: string) =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? ''

/** Where a cart without an account keeps its secret. */
const CART_TOKEN = 'cart'

export const cartToken = {
  get: () => localStorage.getItem(CART_TOKEN),
  keep: (token: string) => localStorage.setItem(CART_TOKEN, token),
  forget: () => localStorage.removeItem(CART_TOKEN),
}

export const apiUrl = setting('supabase-url')

export const supabase = createClient<Database>(apiUrl, setting('supabase-publishable-key'), {
  // A mailed link comes back with a code that only this browser can use, never with a token.
  auth: { flowType: 'pkce' },
  global: {
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      const token = cartToken.get()
      if (token !== null && String(input).includes('/rest/v1/rpc/')) headers.set('x-cart-token', token)
      return fetch(input, { ...init, headers })
    },
  },
})

type Tables = Database['public']['Tables']
export type Row<Name extends keyof Tables> = Tables[Name]['Row']
export type OrderStatus = Row<'orders'>['status']
