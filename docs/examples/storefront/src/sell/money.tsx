import { useMemo, useState } from 'preact/hooks'
import type { StatementEntry, StoreBalance } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { SecondFactor } from '../ui/second-factor.tsx'
import { amountOf, amountText, hasWords, moment, money, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

type Owed = StoreBalance['currencies'][number]

const DAY_MS = 86_400_000
/** As many movements as a page of the statement has. */
const PAGE = 100

/** What the marketplace owes the store, every movement of it, and the way to the bank. */
export default function Money() {
  useTitle(t('money.title'))
  return (
    <SellerFrame>
      {(store) => (
        <>
          <h1>{t('money.title')}</h1>
          {store.role === 'staff' ? <p class='empty'>{t('money.notYours')}</p> : (
            <>
              <Account store={store} />
              <Balance store={store} />
              <Statement store={store} />
            </>
          )}
        </>
      )}
    </SellerFrame>
  )
}

/** The store's account at the payment provider: where its money goes, once it is complete. */
function Account({ store }: { store: MyStore }) {
  const action = useAction()
  const account = useLoad(async () => {
    const { data } = await supabase.from('payout_accounts').select('payouts_enabled, requirements')
      .eq('store_id', store.id).maybeSingle().throwOnError()
    return { state: data }
  }, [store.id])
  const open = () =>
    void action.run(async () => {
      const { data, error } = await supabase.functions.invoke<{ url: string }>('payouts/onboarding', {
        body: { store_id: store.id, return_url: location.href },
      })
      if (error) throw error
      location.assign(data!.url)
    })
  return (
    <Await of={account}>
      {({ state }) =>
        state?.payouts_enabled === true
          ? <p class='good'>{t('money.accountReady')}</p>
          : (
            <section class='sheet'>
              <p class='warn'>{t(state === null ? 'money.noAccount' : 'money.accountIncomplete')}</p>
              {store.role === 'owner' && (
                <button type='button' disabled={action.isBusy} onClick={open}>
                  {t('money.openAccount')}
                </button>
              )}
              <Trouble problem={action.problem} />
            </section>
          )}
    </Await>
  )
}

function Balance({ store }: { store: MyStore }) {
  const known = useLoad(async () => {
    const [{ data: balance }, { data: payouts }] = await Promise.all([
      supabase.rpc('store_balance', { store_id: store.id }).throwOnError(),
      supabase.from('payouts').select('id, amount, currency, status, failure_message, created_at')
        .eq('store_id', store.id).order('id', { ascending: false }).limit(20).throwOnError(),
    ])
    return { balance, payouts }
  }, [store.id])
  return (
    <Await of={known}>
      {({ balance, payouts }) => (
        <>
          <p class='quiet'>{t('money.held', { count: balance.hold_days })}</p>
          {balance.currencies.map((owed) => (
            <section key={owed.currency} aria-label={owed.currency}>
              <Figures owed={owed} />
              {store.role === 'owner' && owed.available_amount > 0 && (
                <Payout key={owed.available_amount} store={store} owed={owed} reload={known.reload} />
              )}
            </section>
          ))}
          {payouts.length > 0 && (
            <section>
              <h2>{t('money.payouts')}</h2>
              <ul>
                {payouts.map((payout) => (
                  <li key={payout.id} class='sheet row spread'>
                    <span>
                      {money(payout.amount, payout.currency)}{' '}
                      <span class='quiet'>{moment(payout.created_at)}</span>
                      {payout.failure_message !== null && (
                        <span class='block trouble'>
                          <bdi>{payout.failure_message}</bdi>
                        </span>
                      )}
                    </span>
                    <span class={`badge ${payout.status === 'paid' ? 'succeeded' : payout.status}`}>
                      {t(`money.payout.${payout.status}`)}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </Await>
  )
}

/** Where the money stands, from what is still on its way to what the owner may have paid out. */
function Figures({ owed }: { owed: Owed }) {
  const amounts = [
    ['money.available', owed.available_amount],
    ['money.payable', owed.payable_amount],
    ['money.pending', owed.pending_amount],
    ['money.onHold', owed.on_hold_amount],
    ['money.debt', owed.debt_amount],
  ] as const
  return (
    <div class='figures'>
      {amounts.map(([key, amount], index) =>
        // What is not there is only said where it is asked for first.
        (index < 3 || amount !== 0) && (
          <p key={key} class='sheet'>
            <strong>{money(amount, owed.currency)}</strong> {t(key)}
          </p>
        )
      )}
    </div>
  )
}

/** To the bank, in a session with a second factor. */
function Payout({ store, owed, reload }: { store: MyStore; owed: Owed; reload: () => Promise<void> }) {
  const [typed, setTyped] = useState(amountText(owed.available_amount, owed.currency))
  const action = useAction()
  // A retry of the same wish has the same key, and pays once.
  const idempotency_key = useMemo(() => crypto.randomUUID(), [typed])
  const request = () =>
    void action.run(async () => {
      await supabase.rpc('request_payout', {
        store_id: store.id,
        amount: amountOf(typed, owed.currency),
        currency: owed.currency,
        idempotency_key,
      }).throwOnError()
      await reload()
    })
  return (
    <>
      <form
        class='sheet'
        onSubmit={(event) => {
          event.preventDefault()
          request()
        }}
      >
        <TextField
          label={t('money.amount', { currency: owed.currency })}
          inputMode='decimal'
          value={typed}
          onValue={setTyped}
          required
        />
        <Trouble problem={action.problem} />
        <button type='submit' class='primary' disabled={action.isBusy}>{t('money.request')}</button>
      </form>
      {action.problem?.code === 'second_factor_required' && <SecondFactor onDone={request} />}
    </>
  )
}

/** Every movement, the oldest first, with the balance after it. */
function Statement({ store }: { store: MyStore }) {
  const [from, setFrom] = useState(new Date(Date.now() - 90 * DAY_MS).toISOString().slice(0, 10))
  const [later, setLater] = useState<StatementEntry[]>([])
  const action = useAction()
  const read = async (after: number | null) => {
    const { data } = await supabase.rpc('store_statement', { store_id: store.id, from_date: from, after })
      .throwOnError()
    return data
  }
  const first = useLoad(() => read(null), [store.id, from])
  const more = (after: number) => void action.run(async () => setLater([...later, ...await read(after)]))
  const download = () =>
    void action.run(async () => {
      const { data } = await supabase.rpc('export_statement', { store_id: store.id }).throwOnError()
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([data], { type: 'text/csv' }))
      link.download = `${store.slug}.csv`
      link.click()
      URL.revokeObjectURL(link.href)
    })
  return (
    <section>
      <h2>{t('money.statement')}</h2>
      <div class='row spread'>
        <TextField
          label={t('money.since')}
          type='date'
          value={from}
          onValue={(date) => {
            if (date === '') return
            setLater([])
            setFrom(date)
          }}
        />
        <button type='button' disabled={action.isBusy} onClick={download}>{t('money.export')}</button>
      </div>
      <Trouble problem={action.problem} />
      <Await of={first}>
        {(page) => {
          const entries = [...page, ...later]
          const last = entries.at(-1)
          if (last === undefined) return <p class='empty'>{t('money.none')}</p>
          return (
            <>
              <div class='scroll' tabIndex={0} role='region' aria-label={t('money.statement')}>
                <table>
                  <thead>
                    <tr>
                      <th scope='col'>{t('money.when')}</th>
                      <th scope='col'>{t('money.what')}</th>
                      <th scope='col' class='amount'>{t('money.moved')}</th>
                      <th scope='col' class='amount'>{t('money.after')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {entries.map((entry) => (
                      <tr key={entry.number}>
                        <td>{moment(entry.at, store.time_zone)}</td>
                        <td>
                          {kindOf(entry.kind)}
                          {entry.order_id !== null && (
                            <>
                              {' '}
                              <a href={`/sell/orders/${entry.order_id}`}>
                                <bdi>{entry.order_reference ?? t('order.title')}</bdi>
                              </a>
                            </>
                          )}
                          {entry.note !== null && (
                            <span class='quiet block'>
                              <bdi>{entry.note}</bdi>
                            </span>
                          )}
                        </td>
                        <td class='amount'>{money(entry.amount, entry.currency_code)}</td>
                        <td class='amount'>{money(entry.balance, entry.currency_code)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {entries.length % PAGE === 0 && (
                <button
                  type='button'
                  disabled={action.isBusy}
                  onClick={() => more(last.number)}
                >
                  {t('search.more')}
                </button>
              )}
            </>
          )
        }}
      </Await>
    </section>
  )
}

/** What moved the money; a kind without words of its own is shown as it is. */
function kindOf(kind: string): string {
  const key = `money.kind.${kind}`
  return hasWords(key) ? t(key) : kind
}
