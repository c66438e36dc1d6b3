import { useEffect } from 'preact/hooks'
import { useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { supabase } from '../supabase.ts'
import { Await, ProductGrid, useTitle } from '../ui/parts.tsx'
import { Reviews } from '../ui/reviews.tsx'
import { Average } from '../ui/stars.tsx'
import { Write } from '../ui/write-to-store.tsx'
import { money, number, t } from '../words.ts'

/** A store behind its link: what it is, and its catalog by category, the largest first. */
export default function StoreScreen({ params }: ScreenProps) {
  const link = params['store']!
  const page = useLoad(async () => {
    const [{ data: store }, { data: catalog }] = await Promise.all([
      supabase.rpc('get_store_by_link', { link }).throwOnError(),
      supabase.rpc('get_store_catalog', { link }).throwOnError(),
    ])
    return { store, catalog }
  }, [link])
  useTitle(page.data?.store.name)

  // An old link answers with the current one.
  const current = page.data?.store.link
  useEffect(() => {
    if (current !== undefined && current !== link) navigate(`/${current}`, { replace: true })
  }, [current])

  return (
    <Await of={page}>
      {({ store, catalog }) => (
        <>
          <section class='hero'>
            <h1>
              <bdi>{store.name}</bdi>
            </h1>
            <Average of={store} />
            <p class='prose'>
              <bdi>{store.description}</bdi>
            </p>
            <p class='quiet'>
              <bdi>{store.address.city}</bdi>
              {store.phone !== null && (
                <>
                  · <a href={`tel:${store.phone}`} dir='ltr'>{store.phone}</a>
                </>
              )}
              {store.email !== null && (
                <>
                  · <a href={`mailto:${store.email}`}>{store.email}</a>
                </>
              )}
            </p>
            {!store.is_open && <p class='warn'>{t('store.closed')}</p>}
            <div class='row'>
              <a class='button' href={`/search?store=${store.id}`}>{t('store.search')}</a>
              <Write storeId={store.id} label={t('chat.write')} />
            </div>
          </section>
          {store.services.length > 0 && (
            <section>
              <h2>{t('book.title')}</h2>
              <ul>
                {store.services.map((service) => (
                  <li key={service.id} class='sheet row spread'>
                    <span>
                      <bdi>{service.name}</bdi>{' '}
                      <span class='quiet'>{money(service.price_amount, service.currency)}</span>
                    </span>
                    <a class='button' href={`/bookings/new?service=${service.id}`}>{t('book.see')}</a>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {catalog.categories.length === 0 && store.services.length === 0 && (
            <p class='empty'>{t('store.empty')}</p>
          )}
          {catalog.categories.map((category, index) => (
            <section key={category.id}>
              <h2>
                <bdi>{category.name}</bdi> <span class='quiet'>{number(category.product_count)}</span>
              </h2>
              <ProductGrid products={category.products} showStore={false} firstRow={index === 0 ? 4 : 0} />
              {category.product_count > category.products.length && (
                <p>
                  <a href={`/search?store=${store.id}&category=${category.id}`}>{t('store.more')}</a>
                </p>
              )}
            </section>
          ))}
          {store.rating_count > 0 && <Reviews subject_type='store' subject_id={store.id} />}
        </>
      )}
    </Await>
  )
}
