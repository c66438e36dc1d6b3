import { useEffect, useState } from 'preact/hooks'
import type { Cart, CartItem } from '../../../../../supabase/api.types.ts'
import {
  applyCoupon,
  cart as sharedCart,
  refreshCart,
  removeCoupon,
  removeFromCart,
  setCartQuantity,
} from '../cart.ts'
import { useAction } from '../load.ts'
import { Picture, Sums, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { hasWords, money, t } from '../words.ts'

/** The cart, with live prices. It needs no account. */
export default function CartScreen() {
  useTitle(t('cart.title'))
  const cart = sharedCart.use()
  // Prices and stock may have changed since the last look.
  useEffect(() => void refreshCart(), [])
  return (
    <>
      <h1>{t('cart.title')}</h1>
      {cart === undefined && <p class='loading' role='status'>{t('loading')}</p>}
      {cart?.items.length === 0 && (
        <div class='empty'>
          <p>{t('cart.empty')}</p>
          <a class='button' href='/'>{t('cart.look')}</a>
        </div>
      )}
      {cart !== undefined && cart.items.length > 0 && <Filled cart={cart} />}
    </>
  )
}

function Filled({ cart }: { cart: Cart }) {
  return (
    <div class='two'>
      <div>
        {cart.stores.map((store) => (
          <section key={store.store_id} class='sheet'>
            <h2>
              <a href={`/${store.slug}`}>
                <bdi>{store.name}</bdi>
              </a>
            </h2>
            {!store.is_open && <p class='warn'>{t('store.closed')}</p>}
            <ul class='lines'>
              {cart.items.filter((item) => item.store_id === store.store_id).map((item) => (
                <Line key={item.variant_id} item={item} storeLink={store.slug} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <aside class='aside sheet' aria-label={t('cart.summary')}>
        {cart.currency === null
          // Stores of different currencies are paid one by one.
          ? cart.stores.map((store) => (
            <div key={store.store_id}>
              <Sums currency={store.currency} rows={[[store.name, store.total_amount]]} />
              <a class='button primary full' href={`/checkout?store=${store.store_id}`}>
                {t('cart.checkout')}
              </a>
            </div>
          ))
          : (
            <>
              <CartSums cart={cart} currency={cart.currency} />
              <Coupons cart={cart} />
              {cart.is_available
                ? <a class='button primary full' href='/checkout'>{t('cart.checkout')}</a>
                : <p class='warn'>{t('cart.unavailable')}</p>}
            </>
          )}
      </aside>
    </div>
  )
}

/** What a cart adds up to. */
export function CartSums({ cart, currency }: { cart: Cart; currency: string }) {
  const rows: [string, number | null][] = [[t('sum.subtotal'), cart.subtotal_amount]]
  if (cart.discount_amount) rows.push([t('sum.discount'), -cart.discount_amount])
  rows.push([t('sum.shipping'), cart.shipping_amount])
  if (cart.tax_amount) rows.push([t('sum.tax'), cart.tax_amount])
  if (cart.included_tax_amount) rows.push([t('sum.includedTax'), cart.included_tax_amount])
  rows.push([t('sum.total'), cart.total_amount])
  return <Sums currency={currency} rows={rows} />
}

function Line({ item, storeLink }: { item: CartItem; storeLink: string }) {
  const action = useAction()
  const change = (quantity: number) =>
    void action.run(() =>
      quantity < 1 ? removeFromCart(item.variant_id) : setCartQuantity(item.variant_id, quantity)
    )
  return (
    <li>
      <Picture path={item.image_path} alt='' sizes='5rem' />
      <div>
        <a href={`/${storeLink}/${item.slug}`}>
          <bdi>{item.name}</bdi>
        </a>
        {item.variant_title !== null && (
          <p class='quiet'>
            <bdi>{item.variant_title}</bdi>
          </p>
        )}
        <div class='row'>
          <span class='step' role='group' aria-label={t('cart.quantityOf', { name: item.name })}>
            <button type='button' aria-label={t('cart.fewer')} onClick={() => change(item.quantity - 1)}>
              −
            </button>
            <input
              inputMode='numeric'
              aria-label={t('cart.quantity')}
              value={item.quantity}
              onChange={(event) => change(Number(event.currentTarget.value))}
            />
            <button type='button' aria-label={t('cart.moreOf')} onClick={() => change(item.quantity + 1)}>
              +
            </button>
          </span>
          <button type='button' class='plain' onClick={() => change(0)}>{t('cart.remove')}</button>
        </div>
        {item.availability !== 'available' && (
          <p class='warn'>
            {item.availability === 'insufficient_stock'
              ? t('cart.only', { count: item.available_quantity })
              : t('cart.gone')}
          </p>
        )}
        <Trouble problem={action.problem} />
      </div>
      <span class='amount'>{money(item.subtotal_amount, item.currency)}</span>
    </li>
  )
}

function Coupons({ cart }: { cart: Cart }) {
  const [code, setCode] = useState('')
  const action = useAction()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await action.run(() => applyCoupon(code))) setCode('')
  }
  return (
    <div>
      <ul>
        {cart.coupons.map((coupon) => {
          const key = `error.${coupon.problem}`
          return (
            <li key={coupon.code} class='row spread'>
              <span>
                <bdi>{coupon.code}</bdi>
                {coupon.problem !== null && (
                  <small class='block'>{hasWords(key) ? t(key) : t('cart.couponUnused')}</small>
                )}
              </span>
              <button
                type='button'
                class='plain'
                onClick={() => void action.run(() => removeCoupon(coupon.code))}
              >
                {t('cart.remove')}
              </button>
            </li>
          )
        })}
      </ul>
      <form onSubmit={submit}>
        <TextField label={t('cart.coupon')} value={code} onValue={setCode} autocomplete='off' required />
        <button type='submit' class='full' disabled={action.isBusy}>{t('cart.apply')}</button>
      </form>
      <Trouble problem={action.problem} />
    </div>
  )
}
