import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, Picture, useTitle } from '../ui/parts.tsx'
import { money, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

const PAGE_SIZE = 200

/** Everything on a store's shelves, drafts included. */
export default function Products() {
  useTitle(t('sell.products'))
  return <SellerFrame>{(store) => <List store={store} />}</SellerFrame>
}

function List({ store }: { store: MyStore }) {
  const products = useLoad(async () => {
    const { data } = await supabase.from('products')
      .select('id, name, status, price_amount, currency, is_in_stock, product_media(path, position)')
      .eq('store_id', store.id).is('deleted_at', null)
      .order('position', { referencedTable: 'product_media' })
      .order('id', { ascending: false }).limit(PAGE_SIZE).throwOnError()
    return data
  }, [store.id])
  return (
    <>
      <div class='row spread'>
        <h1>{t('sell.products')}</h1>
        <div class='row'>
          <a class='button' href='/sell/import'>{t('import.title')}</a>
          <a class='button primary' href='/sell/products/new'>{t('sell.newProduct')}</a>
        </div>
      </div>
      <Await of={products}>
        {(rows) => (
          <ul class='lines'>
            {rows.map((product) => (
              <li key={product.id}>
                <Picture path={product.product_media[0]?.path} alt='' sizes='5rem' />
                <div>
                  <a href={`/sell/products/${product.id}`}>
                    <bdi>{product.name}</bdi>
                  </a>
                  <p class='row'>
                    <span class={`badge ${product.status}`}>{t(`sell.status.${product.status}`)}</span>
                    {!product.is_in_stock && <span class='quiet'>{t('product.soldOut')}</span>}
                  </p>
                </div>
                <span class='amount'>
                  {product.price_amount !== null && money(product.price_amount, product.currency)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </>
  )
}
