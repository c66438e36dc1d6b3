import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { amountOf, money, percent, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** Lower prices for everybody, and codes for those who have one. */
export default function Discounts() {
  useTitle(t('sell.discounts'))
  return (
    <SellerFrame>
      {(store) => (
        <>
          <h1>{t('sell.discounts')}</h1>
          <DiscountList store={store} />
          <CouponList store={store} />
        </>
      )}
    </SellerFrame>
  )
}

/** Basis points of a typed percentage. */
const basisPoints = (typed: string) => Math.round(Number(typed.replace(',', '.')) * 100)

function DiscountList({ store }: { store: MyStore }) {
  const [name, setName] = useState('')
  const [share, setShare] = useState('')
  const action = useAction()
  const discounts = useLoad(async () => {
    const { data } = await supabase.from('discounts').select().eq('store_id', store.id).order('id')
      .throwOnError()
    return data
  }, [store.id])
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await discounts.reload()
    })
  const add = (event: Event) => {
    event.preventDefault()
    act(async () => {
      await supabase.from('discounts').insert({
        store_id: store.id,
        name,
        kind: 'percentage',
        percent_bps: basisPoints(share),
      }).throwOnError()
      setName('')
      setShare('')
    })
  }
  return (
    <section class='sheet'>
      <h2>{t('discounts.forAll')}</h2>
      <Await of={discounts}>
        {(rows) => (
          <ul>
            {rows.map((discount) => (
              <li key={discount.id} class='row spread'>
                <span>
                  <bdi>{discount.name}</bdi> {discount.percent_bps !== null
                    ? percent(discount.percent_bps)
                    : money(discount.amount ?? 0, store.currency)}
                </span>
                <label class='inline'>
                  <input
                    type='checkbox'
                    checked={discount.is_active}
                    onChange={(event) => {
                      const is_active = event.currentTarget.checked
                      act(() =>
                        supabase.from('discounts').update({ is_active }).eq('id', discount.id).throwOnError()
                      )
                    }}
                  />
                  {t('discounts.on')}
                </label>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <form onSubmit={add}>
        <div class='pair'>
          <TextField label={t('discounts.name')} value={name} onValue={setName} required />
          <TextField
            label={t('discounts.percent')}
            inputMode='decimal'
            value={share}
            onValue={setShare}
            required
          />
        </div>
        <button type='submit' disabled={action.isBusy}>{t('discounts.add')}</button>
      </form>
      <Trouble problem={action.problem} />
    </section>
  )
}

function CouponList({ store }: { store: MyStore }) {
  const [code, setCode] = useState('')
  const [amount, setAmount] = useState('')
  const action = useAction()
  const coupons = useLoad(async () => {
    const { data } = await supabase.from('coupons').select().eq('store_id', store.id).order('id')
      .throwOnError()
    return data
  }, [store.id])
  const add = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.from('coupons').insert({
        store_id: store.id,
        code,
        kind: 'amount',
        amount: amountOf(amount, store.currency),
        currency: store.currency,
      }).throwOnError()
      setCode('')
      setAmount('')
      await coupons.reload()
    })
  }
  return (
    <section class='sheet'>
      <h2>{t('discounts.codes')}</h2>
      <Await of={coupons}>
        {(rows) => (
          <ul>
            {rows.map((coupon) => (
              <li key={coupon.id} class='row spread'>
                <bdi>{coupon.code}</bdi>
                <span class='quiet'>
                  {coupon.kind === 'percentage' && percent(coupon.percent_bps ?? 0)}
                  {coupon.kind === 'amount' && money(coupon.amount ?? 0, coupon.currency ?? store.currency)}
                  {coupon.kind === 'free_shipping' && t('discounts.freeShipping')} ·{' '}
                  {t('discounts.used', { count: coupon.used_count })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <form onSubmit={add}>
        <div class='pair'>
          <TextField label={t('discounts.code')} value={code} onValue={setCode} required />
          <TextField
            label={t('discounts.amount', { currency: store.currency })}
            inputMode='decimal'
            value={amount}
            onValue={setAmount}
            required
          />
        </div>
        <button type='submit' disabled={action.isBusy}>{t('discounts.addCode')}</button>
      </form>
      <Trouble problem={action.problem} />
    </section>
  )
}
