import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Cart, CartStore } from '../../../../../supabase/api.types.ts'
import { refreshCart } from '../cart.ts'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { AddressForm } from '../ui/address-form.tsx'
import { Await, Choices, Sums, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { country, money, t } from '../words.ts'
import { CartSums } from './cart.tsx'

type Method = 'card' | 'cash_on_delivery'

/** From the cart to the order: where to, how, paid by what. One call then does it all or nothing. */
export default function Checkout({ query }: ScreenProps) {
  useTitle(t('checkout.title'))
  const storeId = query.get('store') ?? undefined
  return (
    <>
      <h1>{t('checkout.title')}</h1>
      <SignInFirst>{() => <Form storeId={storeId} />}</SignInFirst>
    </>
  )
}

function Form({ storeId }: { storeId: string | undefined }) {
  const [shippingMethods, setShippingMethods] = useState<Record<string, string>>({})
  const [addressId, setAddressId] = useState<string>()
  const [method, setMethod] = useState<Method>('card')
  const action = useAction()

  const addresses = useLoad(async () => {
    const { data } = await supabase.from('addresses').select().order('is_default', { ascending: false })
      .throwOnError()
    return data
  }, [])
  const quote = useLoad(async () => {
    const { data } = await supabase.rpc('quote_cart', { shipping_methods: shippingMethods }).throwOnError()
    return data
  }, [JSON.stringify(shippingMethods)])

  useEffect(() => setAddressId(addresses.data?.[0]?.id), [addresses.data])

  // A retry sends the same key with the same order and never orders twice; another order has another key.
  const stores = quote.data?.stores.filter(({ store_id }) => storeId === undefined || store_id === storeId) ??
    []
  const total = storeId === undefined ? quote.data?.total_amount : stores[0]?.total_amount
  const order = {
    payment_method: method,
    shipping_address_id: addressId ?? null,
    shipping_methods: shippingMethods,
    expected_total_amount: total ?? null,
    ...(storeId === undefined ? {} : { store_ids: [storeId] }),
  }
  const idempotency_key = useMemo(() => crypto.randomUUID(), [JSON.stringify(order)])

  const isPickedUp = stores.length > 0 && stores.every((store) => chosenMethod(store)?.kind === 'pickup')

  const place = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { data: checkout, error } = await supabase.rpc('checkout', { ...order, idempotency_key })
      if (error) {
        // Something changed while the page was open: show what it is now.
        await quote.reload()
        throw error
      }
      await refreshCart()
      navigate(`/checkouts/${checkout.checkout_id}`, { replace: true })
    })
  }

  return (
    <Await of={quote}>
      {(cart) =>
        cart.items.length === 0 ? <p class='empty'>{t('cart.empty')}</p> : (
          <div class='two'>
            <div>
              <section class='sheet'>
                <h2>{t('checkout.where')}</h2>
                <Await of={addresses}>
                  {(known) => (
                    <>
                      {known.length > 0 && (
                        <Choices
                          legend={t('checkout.address')}
                          name='address'
                          value={addressId}
                          onValue={setAddressId}
                          options={known.map((address) => ({
                            value: address.id,
                            label: (
                              <bdi>
                                {[
                                  address.recipient_name,
                                  address.line1,
                                  address.postal_code,
                                  address.city,
                                  country(address.country_code),
                                ].filter(Boolean).join(', ')}
                              </bdi>
                            ),
                          }))}
                        />
                      )}
                      <details open={known.length === 0}>
                        <summary>{t('address.add')}</summary>
                        <AddressForm
                          onSaved={async (id) => {
                            await addresses.reload()
                            setAddressId(id)
                          }}
                        />
                      </details>
                    </>
                  )}
                </Await>
              </section>
              {stores.map((store) => (
                <section key={store.store_id} class='sheet'>
                  <h2>
                    <bdi>{store.name}</bdi>
                  </h2>
                  <Choices
                    legend={t('checkout.shipping')}
                    name={`shipping-${store.store_id}`}
                    value={store.shipping_method_id ?? undefined}
                    onValue={(id) => setShippingMethods({ ...shippingMethods, [store.store_id]: id })}
                    options={store.shipping_methods.map((offered) => ({
                      value: offered.id,
                      label: <bdi>{offered.name}</bdi>,
                      aside: offered.rate_amount === 0
                        ? t('checkout.free')
                        : money(offered.rate_amount, store.currency),
                    }))}
                  />
                </section>
              ))}
              <section class='sheet'>
                <h2>{t('checkout.how')}</h2>
                <Choices
                  legend={t('checkout.payment')}
                  name='payment'
                  value={method}
                  onValue={setMethod}
                  options={[
                    { value: 'card', label: t('checkout.card') },
                    {
                      value: 'cash_on_delivery',
                      label: isPickedUp ? t('checkout.cashAtPickup') : t('checkout.cash'),
                    },
                  ]}
                />
              </section>
            </div>
            <form class='aside sheet' onSubmit={place}>
              <Total cart={cart} stores={stores} isWhole={storeId === undefined} />
              <Trouble problem={action.problem} />
              <button
                type='submit'
                class='primary full'
                disabled={action.isBusy || quote.isLoading || (addressId === undefined && !isPickedUp)}
              >
                {t('checkout.place')}
              </button>
            </form>
          </div>
        )}
    </Await>
  )
}

const chosenMethod = (store: CartStore) =>
  store.shipping_methods.find(({ id }) => id === store.shipping_method_id)

function Total({ cart, stores, isWhole }: { cart: Cart; stores: CartStore[]; isWhole: boolean }) {
  if (isWhole && cart.currency !== null) return <CartSums cart={cart} currency={cart.currency} />
  return (
    <>
      {stores.map((store) => (
        <Sums
          key={store.store_id}
          currency={store.currency}
          rows={[
            [t('sum.subtotal'), store.subtotal_amount],
            [t('sum.shipping'), store.shipping_amount],
            [t('sum.total'), store.total_amount],
          ]}
        />
      ))}
    </>
  )
}
