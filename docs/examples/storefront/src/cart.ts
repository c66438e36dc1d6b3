import type { Cart } from '../../../../supabase/api.types.ts'
import { Shared } from './shared.ts'
import { cartToken, supabase } from './supabase.ts'

/** The cart as it was answered last; undefined is not known yet. */
export const cart = new Shared<Cart | undefined>(undefined)

function take(answer: Cart): void {
  if (answer.token !== undefined) cartToken.keep(answer.token)
  cart.set(answer)
}

export async function refreshCart(): Promise<void> {
  const { data, error } = await supabase.rpc('get_cart')
  // A token that nobody knows any more: the cart was bought, or has expired.
  if (error?.details === 'invalid_cart_token' || error?.details === 'cart_not_found') {
    cartToken.forget()
    return refreshCart()
  }
  if (data !== null) take(data)
}

/** After signing in, what was put into the cart before becomes the customer's. */
export async function claimCart(): Promise<void> {
  await supabase.rpc('claim_cart', { cart_token: cartToken.get() })
  cartToken.forget()
  await refreshCart()
}

export async function addToCart(variant_id: string, quantity: number): Promise<void> {
  const { data } = await supabase.rpc('add_to_cart', { variant_id, quantity }).throwOnError()
  take(data)
}

export async function setCartQuantity(variant_id: string, quantity: number): Promise<void> {
  const { data } = await supabase.rpc('set_cart_quantity', { variant_id, quantity }).throwOnError()
  take(data)
}

export async function removeFromCart(variant_id: string): Promise<void> {
  const { data } = await supabase.rpc('remove_from_cart', { variant_id }).throwOnError()
  take(data)
}

export async function applyCoupon(code: string): Promise<void> {
  const { data } = await supabase.rpc('apply_coupon', { code }).throwOnError()
  take(data)
}

export async function removeCoupon(code: string): Promise<void> {
  const { data } = await supabase.rpc('remove_coupon', { code }).throwOnError()
  take(data)
}
