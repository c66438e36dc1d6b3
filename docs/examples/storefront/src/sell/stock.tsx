import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { number, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** What is on the shelves. A number is set against the one that was seen: nobody overwrites a sale. */
export default function Stock() {
  useTitle(t('sell.stock'))
  return <SellerFrame>{(store) => <List store={store} />}</SellerFrame>
}

type Level = Row<'stock_levels'> & {
  product_variants: { title: string | null; sku: string | null; products: { name: string } }
}

function List({ store }: { store: MyStore }) {
  const levels = useLoad(async () => {
    const { data } = await supabase.from('stock_levels')
      .select('*, product_variants!inner(title, sku, products!inner(name))')
      .eq('store_id', store.id).eq('product_variants.is_active', true)
      .is('product_variants.products.deleted_at', null)
      .order('is_low', { ascending: false }).order('variant_id').limit(500).throwOnError()
    return data
  }, [store.id])
  return (
    <>
      <h1>{t('sell.stock')}</h1>
      <Await of={levels}>
        {(rows) => (
          <ul>
            {rows.map((level) => <Line key={level.variant_id} level={level} reload={levels.reload} />)}
          </ul>
        )}
      </Await>
    </>
  )
}

function Line({ level, reload }: { level: Level; reload: () => Promise<void> }) {
  const [quantity, setQuantity] = useState(String(level.on_hand))
  const action = useAction()
  const { title, sku, products } = level.product_variants
  const save = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { error } = await supabase.rpc('set_stock', {
        variant_id: level.variant_id,
        expected: level.on_hand,
        quantity: Number(quantity),
      })
      await reload()
      if (error) throw error
    })
  }
  return (
    <li class='sheet'>
      <form class='row spread' onSubmit={save}>
        <span>
          <bdi>{products.name}</bdi>
          {title !== null && (
            <span class='quiet'>
              · <bdi>{title}</bdi>
            </span>
          )}
          {sku !== null && (
            <span class='quiet'>
              · <bdi>{sku}</bdi>
            </span>
          )}
          {level.is_low && <span class='badge requested'>{t('stock.low')}</span>}
          {level.reserved > 0 && <span class='quiet'>{t('stock.reserved', { count: level.reserved })}</span>}
        </span>
        <span class='row'>
          <input
            type='number'
            min={0}
            required
            aria-label={t('stock.onHand', { name: products.name })}
            value={quantity}
            onInput={(event) => setQuantity(event.currentTarget.value)}
          />
          <button type='submit' disabled={action.isBusy || quantity === String(level.on_hand)}>
            {t('action.save')}
          </button>
        </span>
      </form>
      <span class='sr' role='status'>{number(level.on_hand)}</span>
      <Trouble problem={action.problem} />
    </li>
  )
}
