import { useEffect, useState } from 'preact/hooks'
import type { Product, ProductCard, ProductVariant } from '../../../../../supabase/api.types.ts'
import { addToCart } from '../cart.ts'
import { useAction, useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { useUser } from '../session.ts'
import { supabase } from '../supabase.ts'
import { Await, Choices, Picture, Price, ProductGrid, Trouble, useTitle } from '../ui/parts.tsx'
import { Reviews } from '../ui/reviews.tsx'
import { Average } from '../ui/stars.tsx'
import { Write } from '../ui/write-to-store.tsx'
import { moment, percent, t } from '../words.ts'

/** A product: pictures, what it costs now, a variant to choose, and what goes with it. */
export default function ProductScreen({ params }: ScreenProps) {
  const { store: link, product: slug } = params as { store: string; product: string }
  const page = useLoad(async () => {
    const { data } = await supabase.rpc('get_product', { link, slug }).throwOnError()
    return data
  }, [link, slug])
  useTitle(page.data?.name)
  return <Await of={page}>{(product) => <Details product={product} />}</Await>
}

function Details({ product }: { product: Product & { related: ProductCard[] } }) {
  const variants = product.variants.filter((variant) => variant.is_active)
  const [chosen, setChosen] = useState(
    (variants.find((variant) => variant.is_in_stock) ?? variants[0])?.id,
  )
  const variant = variants.find(({ id }) => id === chosen)
  return (
    <>
      <article class='half'>
        <Gallery product={product} />
        <div>
          <p class='quiet'>
            <a href={`/${product.store.link}`}>
              <bdi>{product.store.name}</bdi>
            </a>{' '}
            · <bdi>{product.category.name}</bdi>
          </p>
          <h1>
            <bdi>{product.name}</bdi>
          </h1>
          {product.rating_count > 0 && (
            <p>
              <Average of={product} />
            </p>
          )}
          <Price product={{ ...product, ...variant }} />
          {product.discounts
            .filter(({ id }) => variant?.discount_ids.includes(id))
            .map((discount) => (
              <p key={discount.id} class='good'>
                <bdi>{discount.name}</bdi>
                {discount.percent_bps !== null && <>· {percent(discount.percent_bps)}</>}
                {discount.ends_at !== null && <>· {t('product.until', { time: moment(discount.ends_at) })}</>}
              </p>
            ))}
          {variants.length > 1 && (
            <Choices
              legend={product.options.map(({ name }) => name).join(', ')}
              name='variant'
              value={chosen}
              onValue={setChosen}
              options={variants.map(({ id, option_values, is_in_stock }) => ({
                value: id,
                label: <bdi>{option_values.join(', ')}</bdi>,
                ...(is_in_stock ? {} : { aside: t('product.soldOut') }),
              }))}
            />
          )}
          {variant !== undefined && <Buy key={variant.id} product={product} variant={variant} />}
          <p class='prose'>
            <bdi>{product.description}</bdi>
          </p>
          <Write
            storeId={product.store.id}
            about={{ subject_type: 'product', subject_id: product.id }}
            label={t('chat.write')}
          />
        </div>
      </article>
      {product.related.length > 0 && (
        <section>
          <h2>{t('product.related')}</h2>
          <ProductGrid products={product.related} />
        </section>
      )}
      {/* Last, for they arrive after the rest: nothing below them moves. */}
      <Reviews subject_type='product' subject_id={product.id} />
    </>
  )
}

function Gallery({ product }: { product: Product }) {
  const [shown, setShown] = useState(0)
  const image = product.images[shown]
  return (
    <div>
      <Picture
        path={image?.path}
        alt={image?.alt || product.name}
        sizes='(min-width: 52rem) 35rem, 100vw'
        isWide
        isFirst
      />
      {product.images.length > 1 && (
        <div class='thumbs'>
          {product.images.map(({ id, path }, index) => (
            <button
              key={id}
              type='button'
              aria-pressed={index === shown}
              aria-label={t('product.picture', { number: index + 1 })}
              onClick={() => setShown(index)}
            >
              <Picture path={path} alt='' sizes='4.2rem' />
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

function Buy({ product, variant }: { product: Product; variant: ProductVariant }) {
  const user = useUser()
  const [quantity, setQuantity] = useState(1)
  const [isIn, setIn] = useState(false)
  const action = useAction()

  if (!variant.is_in_stock) {
    return (
      <>
        <p class='warn'>{t('product.soldOut')}</p>
        {user && (
          <button
            type='button'
            disabled={action.isBusy || isIn}
            onClick={() =>
              void action.run(async () => {
                await supabase.from('back_in_stock_requests').upsert({ variant_id: variant.id })
                  .throwOnError()
                setIn(true)
              })}
          >
            {isIn ? t('product.willTell') : t('product.tellMe')}
          </button>
        )}
        <Trouble problem={action.problem} />
      </>
    )
  }

  const submit = (event: Event) => {
    event.preventDefault()
    setIn(false)
    void action.run(async () => {
      await addToCart(variant.id, quantity)
      setIn(true)
    })
  }
  return (
    <form onSubmit={submit}>
      <div class='row'>
        <label class='inline'>
          <span>{t('cart.quantity')}</span>
          <input
            type='number'
            min={1}
            max={variant.available ?? 999}
            required
            value={quantity}
            onInput={(event) => setQuantity(event.currentTarget.valueAsNumber || 1)}
          />
        </label>
        <button type='submit' class='primary' disabled={action.isBusy}>{t('product.add')}</button>
        {user && <Wish productId={product.id} />}
      </div>
      {variant.available !== null && <p class='quiet'>{t('product.left', { count: variant.available })}</p>}
      <div role='status'>
        {isIn && (
          <p class='good'>
            {t('product.added')} <a href='/cart'>{t('product.toCart')}</a>
          </p>
        )}
      </div>
      <Trouble problem={action.problem} />
    </form>
  )
}

/** Keeps a product on the wishlist, or takes it off. */
function Wish({ productId }: { productId: string }) {
  const [isWished, setWished] = useState(false)
  const action = useAction()
  useEffect(() => {
    void supabase.from('wishlist_items').select('product_id').eq('product_id', productId)
      .then(({ data }) => setWished((data?.length ?? 0) > 0))
  }, [productId])
  const toggle = () =>
    action.run(async () => {
      const list = supabase.from('wishlist_items')
      if (isWished) await list.delete().eq('product_id', productId).throwOnError()
      else await list.insert({ product_id: productId }).throwOnError()
      setWished(!isWished)
    })
  return (
    <button type='button' aria-pressed={isWished} disabled={action.isBusy} onClick={() => void toggle()}>
      {isWished ? '♥' : '♡'} {t('product.wish')}
    </button>
  )
}
