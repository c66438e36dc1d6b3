import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import type { ProductCard } from '../../../../../supabase/api.types.ts'
import type { Loaded } from '../load.ts'
import { copiesOf, type Copy, pictureUrl } from '../pictures.ts'
import type { Problem } from '../problems.ts'
import type { OrderStatus } from '../supabase.ts'
import { money, t } from '../words.ts'

/** Names the tab after the screen. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? 'Marketbase' : `${title} · Marketbase`
  }, [title])
}

/** What went wrong, read out at once. */
export function Trouble({ problem }: { problem: Problem | undefined }) {
  return (
    <div role='alert'>
      {problem && <p class='trouble'>{problem.message}</p>}
    </div>
  )
}

/** Shows what was loaded; until then, that it is on its way, and afterwards, why it did not come. */
export function Await<Data>(
  { of, children }: { of: Loaded<Data>; children: (data: Data) => ComponentChildren },
) {
  if (of.data !== undefined) {
    return (
      <>
        {of.problem !== undefined && <Trouble problem={of.problem} />}
        {children(of.data)}
      </>
    )
  }
  if (of.problem !== undefined) {
    return (
      <div class='empty'>
        <Trouble problem={of.problem} />
        <button type='button' onClick={() => void of.reload()}>{t('action.again')}</button>
      </div>
    )
  }
  return <p class='loading' role='status'>{t('loading')}</p>
}

/** A field with its name, and what helps to fill it in. */
export function Field(
  { label, hint, children }: {
    label: string
    hint?: string | undefined
    children: (id: string, hintId: string | undefined) => ComponentChildren
  },
) {
  const id = useId()
  const hintId = hint === undefined ? undefined : `${id}-hint`
  return (
    <div class='field'>
      <label for={id}>{label}</label>
      {children(id, hintId)}
      {hint !== undefined && <small id={hintId}>{hint}</small>}
    </div>
  )
}

/** A line of text to type. */
export function TextField(
  { label, hint, value, onValue, type = 'text', ...input }: {
    label: string
    hint?: string
    value: string
    onValue: (value: string) => void
    type?: string
    required?: boolean
    autocomplete?: string
    inputMode?: 'text' | 'decimal' | 'numeric' | 'tel' | 'email'
    maxLength?: number
    minLength?: number
    dir?: 'ltr' | 'auto'
  },
) {
  return (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <input
          id={id}
          // The compiler pairs each type with the roles it may have; this one is not known before.
          type={type as 'text'}
          aria-describedby={hintId}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
          {...input}
        />
      )}
    </Field>
  )
}

/** One of several, each with what it means. */
export function Choices<Value extends string>(
  { legend, name, value, onValue, options }: {
    legend: string
    name: string
    value: Value | undefined
    onValue: (value: Value) => void
    options: { value: Value; label: ComponentChildren; aside?: ComponentChildren }[]
  },
) {
  return (
    <fieldset class='choices'>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type='radio'
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
          />
          <span>{option.label}</span>
          {option.aside !== undefined && <span class='quiet'>{option.aside}</span>}
        </label>
      ))}
    </fieldset>
  )
}

/** A picture of the bucket `store-media`, in the size that is needed. Its place is kept while it loads. */
export function Picture(
  { path, alt, sizes, isFirst, isWide }: {
    path: string | null | undefined
    alt: string
    sizes: string
    /** Whether it may fill the screen: then the widest copy is wanted, of which there is no AVIF. */
    isWide?: boolean
    /** Whether it is what the screen opens with. */
    isFirst?: boolean
  },
) {
  const [copies, setCopies] = useState<Copy[]>()
  useEffect(() => {
    let isShown = true
    setCopies(undefined)
    if (path) void copiesOf(path).then((found) => isShown && setCopies(found))
    return () => {
      isShown = false
    }
  }, [path])
  return (
    <span class='picture' style={copies?.[0]?.color ? { background: copies[0].color } : undefined}>
      {path && copies !== undefined && (
        <picture>
          {isWide !== true && copies.some(({ avif_path }) => avif_path !== null) && (
            <source
              type='image/avif'
              srcset={copies.filter(({ avif_path }) => avif_path !== null)
                .map(({ avif_path, width }) => `${pictureUrl(avif_path!)} ${width}w`).join(', ')}
              sizes={sizes}
            />
          )}
          <img
            src={pictureUrl(copies.at(-1)?.path ?? path)}
            srcset={copies.map((copy) => `${pictureUrl(copy.path)} ${copy.width}w`).join(', ') || undefined}
            sizes={sizes}
            alt={alt}
            loading={isFirst === true ? 'eager' : 'lazy'}
            fetchpriority={isFirst === true ? 'high' : 'auto'}
            decoding='async'
          />
        </picture>
      )}
    </span>
  )
}

/** What a piece costs, and what it cost before. */
export function Price(
  { product }: { product: Pick<ProductCard, 'price_amount' | 'mrp_amount' | 'list_amount' | 'currency'> },
) {
  const before = Math.max(product.mrp_amount, product.list_amount)
  return (
    <span class='price'>
      <strong>{money(product.price_amount, product.currency)}</strong>
      {before > product.price_amount && (
        <>
          {' '}
          <span class='sr'>{t('price.before')}</span>
          <s>{money(before, product.currency)}</s>
        </>
      )}
    </span>
  )
}

/** Products to choose from. */
export function ProductGrid(
  { products, showStore = true, firstRow = 0 }: {
    products: ProductCard[]
    showStore?: boolean
    /** How many pictures are seen at once when the screen opens. */
    firstRow?: number
  },
) {
  return (
    <ul class='grid'>
      {products.map((product, index) => (
        <li key={product.id} class='card'>
          <Picture
            path={product.image?.path}
            alt=''
            sizes='(min-width: 60rem) 16rem, 45vw'
            isFirst={index < firstRow}
          />
          <a href={`/${product.store.link}/${product.slug}`}>
            <bdi>{product.name}</bdi>
          </a>
          {showStore && (
            <span class='quiet'>
              <bdi>{product.store.name}</bdi>
            </span>
          )}
          <Price product={product} />
          {!product.is_in_stock && <span class='quiet'>{t('product.soldOut')}</span>}
        </li>
      ))}
    </ul>
  )
}

/** Where an order is on its way. */
export function StatusBadge({ status }: { status: OrderStatus }) {
  return <span class={`badge ${status}`}>{t(`order.status.${status}`)}</span>
}

/** Rows of a sum: what, and how much. */
export function Sums(
  { rows, currency }: { rows: [label: string, amount: number | null][]; currency: string },
) {
  return (
    <dl class='sums'>
      {rows.map(([label, amount], index) => (
        <div key={label} class={index === rows.length - 1 ? 'total' : undefined}>
          <dt>{label}</dt>
          <dd>{amount === null ? '–' : money(amount, currency)}</dd>
        </div>
      ))}
    </dl>
  )
}
