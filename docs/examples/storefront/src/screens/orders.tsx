import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { type OrderStatus, supabase } from '../supabase.ts'
import { Await, StatusBadge, Trouble, useTitle } from '../ui/parts.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { moment, money, t } from '../words.ts'

const PAGE_SIZE = 20

interface OrderRow {
  id: string
  reference: string | null
  status: OrderStatus
  total_amount: number
  currency: string
  created_at: string
  stores: { name: string }
  order_lines: { product_name: string; quantity: number }[]
}

/** The customer's orders, newest first; the next page begins below the last one. */
export default function Orders() {
  useTitle(t('orders.title'))
  return (
    <>
      <h1>{t('orders.title')}</h1>
      <SignInFirst>{(user) => <List userId={user.id} />}</SignInFirst>
    </>
  )
}

async function readOrders(userId: string, below?: string): Promise<OrderRow[]> {
  let request = supabase.from('orders')
    .select(
      'id, reference, status, total_amount, currency, created_at, stores(name), order_lines(product_name, quantity)',
    )
    .eq('customer_id', userId)
    .order('id', { ascending: false }).limit(PAGE_SIZE)
  if (below !== undefined) request = request.lt('id', below)
  const { data } = await request.throwOnError()
  return data
}

function List({ userId }: { userId: string }) {
  const first = useLoad(() => readOrders(userId), [userId])
  const [more, setMore] = useState<OrderRow[]>([])
  const [isAll, setAll] = useState(false)
  const action = useAction()
  return (
    <Await of={first}>
      {(newest) => {
        const orders = [...newest, ...more]
        if (orders.length === 0) return <p class='empty'>{t('orders.none')}</p>
        const loadMore = () =>
          void action.run(async () => {
            const older = await readOrders(userId, orders.at(-1)!.id)
            setMore([...more, ...older])
            setAll(older.length < PAGE_SIZE)
          })
        return (
          <>
            <ul>
              {orders.map((order) => (
                <li key={order.id} class='sheet'>
                  <div class='row spread'>
                    <a href={`/orders/${order.id}`}>
                      <bdi>{order.stores.name}</bdi>
                      {order.reference !== null && (
                        <>
                          · <bdi>{order.reference}</bdi>
                        </>
                      )}
                    </a>
                    <StatusBadge status={order.status} />
                  </div>
                  <p class='quiet'>
                    <bdi>
                      {order.order_lines.map(({ product_name, quantity }) => `${quantity} × ${product_name}`)
                        .join(', ')}
                    </bdi>
                  </p>
                  <p class='row spread'>
                    <span class='quiet'>{moment(order.created_at)}</span>
                    <strong>{money(order.total_amount, order.currency)}</strong>
                  </p>
                </li>
              ))}
            </ul>
            <Trouble problem={action.problem} />
            {!isAll && newest.length === PAGE_SIZE && (
              <button type='button' disabled={action.isBusy} onClick={loadMore}>{t('orders.older')}</button>
            )}
          </>
        )
      }}
    </Await>
  )
}
