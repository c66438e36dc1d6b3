import { useState } from 'preact/hooks'
import type { ProductCard } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Await, ProductGrid, Trouble, useTitle } from '../ui/parts.tsx'
import { amountOf, decimalsOf, number, t } from '../words.ts'

const PAGE_SIZE = 24
const SORTS = ['relevance', 'popularity', 'newest', 'price_asc', 'price_desc'] as const
type Sort = typeof SORTS[number]

/** What is looked for stands in the address, so that it can be shared and come back to. */
function readFilters(query: URLSearchParams) {
  const sort = query.get('sort')
  return {
    query: query.get('q') ?? undefined,
    category_ids: query.getAll('category'),
    store_id: query.get('store') ?? undefined,
    min_price: Number(query.get('min')) || undefined,
    max_price: Number(query.get('max')) || undefined,
    currency: query.get('currency') ?? undefined,
    in_stock: query.has('in_stock') || undefined,
    on_discount: query.has('on_discount') || undefined,
    sort: SORTS.find((known) => known === sort) ?? (query.has('q') ? 'relevance' : 'popularity') as Sort,
  }
}

/** Search, with facets that stay usable: all categories are on show, also when some are chosen. */
export default function Search({ query }: ScreenProps) {
  const filters = readFilters(query)
  const { category_ids, ...others } = filters
  const asked = query.toString()
  const title = filters.query === undefined ? t('search.all') : t('search.title', { query: filters.query })
  useTitle(title)

  const first = useLoad(async () => {
    const chosen = category_ids.length === 0 ? {} : { category_ids }
    const [{ data: page }, { data: whole }] = await Promise.all([
      supabase.rpc('search_products', { ...others, ...chosen, page_size: PAGE_SIZE }).throwOnError(),
      // Facets count what all filters leave, their own included.
      supabase.rpc('search_products', { ...others, page_size: 1 }).throwOnError(),
    ])
    return { asked, page, categories: whole.facets?.categories ?? [] }
  }, [asked])

  const [more, setMore] = useState<{ asked: string; items: ProductCard[]; cursor: string | null }>()
  const action = useAction()
  const loadMore = (cursor: string, before: ProductCard[]) =>
    action.run(async () => {
      const chosen = category_ids.length === 0 ? {} : { category_ids }
      const { data } = await supabase
        .rpc('search_products', { ...others, ...chosen, page_size: PAGE_SIZE, cursor }).throwOnError()
      setMore({ asked, items: [...before, ...data.items], cursor: data.next_cursor })
    })

  const change = (edit: (next: URLSearchParams) => void) => {
    const next = new URLSearchParams(query)
    edit(next)
    navigate(`/search?${next}`)
  }
  const toggle = (name: string) =>
    change((next) => next.has(name) ? next.delete(name) : next.set(name, 'yes'))
  const toggleCategory = (id: string) =>
    change((next) => {
      next.delete('category')
      const kept = category_ids.includes(id)
        ? category_ids.filter((other) => other !== id)
        : [...category_ids, id]
      kept.forEach((category) => next.append('category', category))
    })

  return (
    <>
      <h1>{title}</h1>
      <Await of={first}>
        {({ page, categories }) => {
          const shown = more?.asked === asked ? more : { items: [], cursor: page.next_cursor }
          const items = [...page.items, ...shown.items]
          return (
            <div class='facets'>
              <aside aria-label={t('search.filters')}>
                <fieldset>
                  <legend>{t('search.category')}</legend>
                  {categories.map((category) => (
                    <label key={category.id} class='facet'>
                      <input
                        type='checkbox'
                        checked={category_ids.includes(category.id)}
                        onChange={() => toggleCategory(category.id)}
                      />
                      <bdi>{category.name}</bdi>
                      <span class='quiet'>{number(category.count)}</span>
                    </label>
                  ))}
                </fieldset>
                <fieldset>
                  <legend>{t('search.only')}</legend>
                  <label class='facet'>
                    <input
                      type='checkbox'
                      checked={filters.in_stock === true}
                      onChange={() => toggle('in_stock')}
                    />
                    {t('search.inStock')}
                    <span class='quiet'>{number(page.facets?.in_stock ?? 0)}</span>
                  </label>
                  <label class='facet'>
                    <input
                      type='checkbox'
                      checked={filters.on_discount === true}
                      onChange={() => toggle('on_discount')}
                    />
                    {t('search.onDiscount')}
                    <span class='quiet'>{number(page.facets?.on_discount ?? 0)}</span>
                  </label>
                </fieldset>
                <PriceFilter
                  key={asked}
                  query={query}
                  currency={filters.currency ?? page.facets?.prices[0]?.currency}
                  onChange={change}
                />
              </aside>
              <section aria-label={t('search.results')}>
                <div class='row spread'>
                  <p role='status'>
                    {page.total !== null && t('search.count', { count: page.total.count })}
                  </p>
                  <label class='inline'>
                    <span>{t('search.sort')}</span>
                    <select
                      value={filters.sort}
                      onChange={(event) => {
                        const sort = event.currentTarget.value
                        change((next) => next.set('sort', sort))
                      }}
                    >
                      {SORTS.map((sort) => <option key={sort} value={sort}>{t(`search.sort.${sort}`)}
                      </option>)}
                    </select>
                  </label>
                </div>
                {page.corrected_query !== null && (
                  <p class='warn'>{t('search.corrected', { query: page.corrected_query })}</p>
                )}
                {items.length === 0 && <p class='empty'>{t('search.nothing')}</p>}
                <ProductGrid products={items} firstRow={4} />
                <Trouble problem={action.problem} />
                {shown.cursor !== null && (
                  <p class='empty'>
                    <button
                      type='button'
                      disabled={action.isBusy}
                      onClick={() => void loadMore(shown.cursor!, shown.items)}
                    >
                      {t('search.more')}
                    </button>
                  </p>
                )}
              </section>
            </div>
          )
        }}
      </Await>
    </>
  )
}

/** From and to, in the currency of what was found. */
function PriceFilter(
  { query, currency, onChange }: {
    query: URLSearchParams
    currency: string | undefined
    onChange: (edit: (next: URLSearchParams) => void) => void
  },
) {
  const typed = (name: string) => {
    const amount = Number(query.get(name))
    return currency !== undefined && amount > 0 ? String(amount / 10 ** decimalsOf(currency)) : ''
  }
  const [from, setFrom] = useState(typed('min'))
  const [to, setTo] = useState(typed('max'))
  if (currency === undefined) return null
  const apply = (event: Event) => {
    event.preventDefault()
    onChange((next) => {
      for (const [name, text] of [['min', from], ['max', to]] as const) {
        const amount = amountOf(text, currency)
        if (Number.isNaN(amount)) next.delete(name)
        else next.set(name, String(amount))
      }
      if (next.has('min') || next.has('max')) next.set('currency', currency)
      else next.delete('currency')
    })
  }
  return (
    <form onSubmit={apply}>
      <fieldset>
        <legend>{t('search.price', { currency })}</legend>
        <div class='row'>
          <input
            size={5}
            inputMode='decimal'
            aria-label={t('search.from')}
            placeholder={t('search.from')}
            value={from}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
          <input
            size={5}
            inputMode='decimal'
            aria-label={t('search.to')}
            placeholder={t('search.to')}
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
          <button type='submit'>{t('search.apply')}</button>
        </div>
      </fieldset>
    </form>
  )
}
