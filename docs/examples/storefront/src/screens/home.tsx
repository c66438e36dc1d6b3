import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { Await, ProductGrid, useTitle } from '../ui/parts.tsx'
import { number, t } from '../words.ts'

/** The front page: categories with their counts, shops, and what sells best. */
export default function Home() {
  useTitle(undefined)
  const page = useLoad(async () => {
    const { data } = await supabase.rpc('search_products', { sort: 'popularity', page_size: 12 })
      .throwOnError()
    return data
  }, [])
  return (
    <>
      <section class='hero'>
        <h1>{t('home.title')}</h1>
        <p>{t('home.text')}</p>
      </section>
      <Await of={page}>
        {({ items, facets }) => (
          <>
            <nav aria-label={t('home.categories')}>
              <ul class='chips'>
                {facets?.categories.map((category) => (
                  <li key={category.id}>
                    <a class='chip' href={`/search?category=${category.id}`}>
                      <bdi>{category.name}</bdi> <span class='quiet'>{number(category.count)}</span>
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
            <h2>{t('home.popular')}</h2>
            <ProductGrid products={items} firstRow={4} />
            <h2>{t('home.shops')}</h2>
            <ul class='chips'>
              {facets?.stores.map((store) => (
                <li key={store.id}>
                  <a class='chip' href={`/${store.link}`}>
                    <bdi>{store.name}</bdi>{' '}
                    <span class='quiet'>{t('home.products', { count: store.count })}</span>
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
      </Await>
    </>
  )
}
