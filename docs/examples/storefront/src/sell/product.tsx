import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Field, Picture, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { amountOf, decimalsOf, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

type Edited = Row<'products'> & {
  categories: { name: string }
  product_media: Row<'product_media'>[]
  product_options: Row<'product_options'>[]
  product_variants: Row<'product_variants'>[]
}

/** One product to write: texts, photos, and variants with prices of their own. One call saves it as a whole. */
export default function ProductForm({ params }: ScreenProps) {
  useTitle(t('sell.product'))
  const id = params['id'] === 'new' ? undefined : params['id']
  return <SellerFrame>{(store) => <Edit store={store} id={id} />}</SellerFrame>
}

function Edit({ store, id }: { store: MyStore; id: string | undefined }) {
  const product = useLoad(async () => {
    if (id === undefined) return null
    const { data } = await supabase.from('products')
      .select('*, categories(name), product_media(*), product_options(*), product_variants(*)')
      .eq('id', id)
      .order('position', { referencedTable: 'product_media' })
      .order('position', { referencedTable: 'product_options' })
      .order('position', { referencedTable: 'product_variants' })
      .single().throwOnError()
    return data
  }, [id])
  return (
    <Await of={product}>{(known) => <Form key={known?.updated_at} store={store} product={known} />}</Await>
  )
}

interface VariantForm {
  value: string
  price: string
  sku: string
}

function Form({ store, product }: { store: MyStore; product: Edited | null }) {
  const known = product?.product_variants.filter(({ is_active }) => is_active) ?? []
  const written = (amount: number) => String(amount / 10 ** decimalsOf(store.currency))
  const [form, setForm] = useState({
    name: product?.name ?? '',
    description: product?.description ?? '',
    category: product?.categories.name ?? '',
    option: product?.product_options[0]?.name ?? '',
    quantity: '',
  })
  const [variants, setVariants] = useState<VariantForm[]>(
    known.length > 0
      ? known.map(({ option_values, price_amount, sku }) => ({
        value: option_values.join(' / '),
        price: written(price_amount),
        sku: sku ?? '',
      }))
      : [{ value: '', price: '', sku: '' }],
  )
  const [images, setImages] = useState(product?.product_media.map(({ path, alt }) => ({ path, alt })) ?? [])
  const [isForSale, setForSale] = useState(product === null || product.status === 'active')
  const action = useAction()
  // More than one option is a matter for the import and the API; here it is kept as it is.
  const isPlain = (product?.product_options.length ?? 0) <= 1

  const field = (name: keyof typeof form) => ({
    value: form[name],
    onValue: (value: string) => setForm({ ...form, [name]: value }),
  })
  const changeVariant = (index: number, change: Partial<VariantForm>) =>
    setVariants(variants.map((variant, at) => at === index ? { ...variant, ...change } : variant))

  const upload = (files: FileList | null) =>
    void action.run(async () => {
      for (const file of files ?? []) {
        const suffix = file.name.split('.').at(-1)?.toLowerCase() ?? 'jpg'
        const { data, error } = await supabase.storage.from('store-media')
          .upload(`${store.id}/products/${crypto.randomUUID()}.${suffix}`, file)
        if (error) throw error
        // Checks it, and makes smaller copies.
        const { error: refused } = await supabase.functions.invoke('images', { body: { path: data.path } })
        if (refused) throw refused
        setImages((before) => [...before, { path: data.path, alt: form.name }])
      }
    })

  const save = (event: Event) => {
    event.preventDefault()
    const hasOptions = variants.length > 1 || variants[0]?.value !== ''
    const prices = variants.map(({ price, sku }) => ({
      sku: sku || null,
      price_amount: amountOf(price, store.currency),
      ...(form.quantity === '' ? {} : { quantity: Number(form.quantity) }),
    }))
    void action.run(async () => {
      await supabase.rpc('save_product', {
        store_id: store.id,
        ...(product === null ? {} : { product_id: product.id }),
        name: form.name,
        description: form.description,
        category: form.category,
        images,
        status: isForSale ? 'active' : 'draft',
        ...(!isPlain ? {} : hasOptions
          ? {
            options: [{ name: form.option, values: variants.map(({ value }) => value) }],
            variants: variants.map(({ value }, index) => ({ option_values: [value], ...prices[index] })),
          }
          : { options: [], variants: [{ option_values: [], ...prices[0] }] }),
      }).throwOnError()
      navigate('/sell/products')
    })
  }

  const remove = () =>
    void action.run(async () => {
      await supabase.rpc('delete_product', { product_id: product!.id }).throwOnError()
      navigate('/sell/products')
    })

  return (
    <form class='narrow' onSubmit={save}>
      <h1>{product === null ? t('sell.newProduct') : <bdi>{product.name}</bdi>}</h1>
      <TextField label={t('sell.name')} required {...field('name')} />
      <TextField label={t('search.category')} required {...field('category')} />
      <Field label={t('sell.description')}>
        {(id) => (
          <textarea
            id={id}
            value={form.description}
            onInput={(event) => setForm({ ...form, description: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={t('sell.photos')} hint={t('sell.photosHint')}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            type='file'
            accept='image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic'
            multiple
            onChange={(event) => upload(event.currentTarget.files)}
          />
        )}
      </Field>
      <ul class='grid'>
        {images.map(({ path, alt }) => (
          <li key={path}>
            <Picture path={path} alt={alt || form.name} sizes='9rem' />
            <button
              type='button'
              class='plain'
              onClick={() => setImages(images.filter((image) => image.path !== path))}
            >
              {t('cart.remove')}
            </button>
          </li>
        ))}
      </ul>
      {isPlain && (
        <fieldset>
          <legend>{t('sell.prices', { currency: store.currency })}</legend>
          {variants.length > 1 && <TextField label={t('sell.option')} required {...field('option')} />}
          {variants.map((variant, index) => (
            <div key={index} class='sheet'>
              {variants.length > 1 && (
                <TextField
                  label={t('sell.optionValue')}
                  required
                  value={variant.value}
                  onValue={(value) => changeVariant(index, { value })}
                />
              )}
              <div class='pair'>
                <TextField
                  label={t('sell.price')}
                  inputMode='decimal'
                  required
                  value={variant.price}
                  onValue={(price) => changeVariant(index, { price })}
                />
                <TextField
                  label={t('sell.sku')}
                  value={variant.sku}
                  onValue={(sku) => changeVariant(index, { sku })}
                />
              </div>
              {variants.length > 1 && (
                <button
                  type='button'
                  class='plain'
                  onClick={() => setVariants(variants.filter((_, at) => at !== index))}
                >
                  {t('cart.remove')}
                </button>
              )}
            </div>
          ))}
          <button type='button' onClick={() => setVariants([...variants, { value: '', price: '', sku: '' }])}>
            {t('sell.addVariant')}
          </button>
        </fieldset>
      )}
      {product === null && (
        <TextField label={t('sell.quantity')} inputMode='numeric' required {...field('quantity')} />
      )}
      <label class='facet'>
        <input
          type='checkbox'
          checked={isForSale}
          onChange={(event) => setForSale(event.currentTarget.checked)}
        />
        {t('sell.forSale')}
      </label>
      <Trouble problem={action.problem} />
      <button type='submit' class='primary full' disabled={action.isBusy}>{t('action.save')}</button>
      {product !== null && (
        <button type='button' class='plain full' disabled={action.isBusy} onClick={remove}>
          {t('sell.delete')}
        </button>
      )}
    </form>
  )
}
