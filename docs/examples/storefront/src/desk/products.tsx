import { useState } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, useTitle } from '../ui/parts.tsx'
import { WithReason } from '../ui/with-reason.tsx'
import { money, t } from '../words.ts'
import { containing, DeskFrame, Find } from './frame.tsx'

/** Products of all stores; one that must not be shown is archived. */
export default function DeskProducts() {
  useTitle(t('desk.products'))
  return (
    <DeskFrame title={t('desk.products')}>
      <List />
    </DeskFrame>
  )
}

function List() {
  const [sought, setSought] = useState('')
  const products = useLoad(async () => {
    let request = supabase.from('admin_products').select().is('deleted_at', null)
    if (sought !== '') {
      request = request.or(`name.ilike.${containing(sought)},store.ilike.${containing(sought)}`)
    }
    const { data } = await request.order('created_at', { ascending: false }).limit(50).throwOnError()
    return data
  }, [sought])
  const archive = async (product_id: string, reason: string) => {
    await supabase.rpc('set_product_status', { product_id, status: 'archived', reason }).throwOnError()
    await products.reload()
  }
  return (
    <>
      <Find label={t('desk.findProducts')} onFind={setSought} />
      <Await of={products}>
        {(rows) => (
          <ul>
            {rows.map((product) => (
              <li key={product.id} class='sheet row spread'>
                <span>
                  <bdi>{product.name}</bdi>{' '}
                  <span class='quiet'>
                    · <bdi>{product.store}</bdi>
                  </span>{' '}
                  <span class={`badge ${product.status}`}>{t(`sell.status.${product.status}`)}</span>
                </span>
                <span class='row'>
                  {product.price_amount !== null && money(product.price_amount, product.currency)}
                  {product.status === 'active' && (
                    <WithReason
                      label={t('desk.archive')}
                      question={t('desk.keptInTheLog')}
                      act={(reason) => archive(product.id, reason)}
                    />
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </>
  )
}
