import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProductCard } from '../../../../../supabase/api.types.ts'
import { navigate, useAddress } from '../router.tsx'
import { supabase } from '../supabase.ts'
import { money, t } from '../words.ts'

/** How long somebody must stop typing before the shop is asked, in milliseconds. */
const PAUSE_MS = 150
const SUGGESTIONS = 6

/** The search field, with products that fit while typing: a combobox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. */
export function SearchBox() {
  const address = useAddress()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<ProductCard[]>([])
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const asked = useRef(0)

  useEffect(() => {
    setOpen(false)
    setTyped(new URL(address, location.origin).searchParams.get('q') ?? '')
  }, [address])

  const type = (text: string) => {
    setTyped(text)
    setChosen(-1)
    const turn = ++asked.current
    if (text.trim() === '') {
      setOpen(false)
      return
    }
    setTimeout(async () => {
      if (turn !== asked.current) return
      const { data } = await supabase.rpc('search_products', { query: text, page_size: SUGGESTIONS })
      if (turn !== asked.current || data === null) return
      setFound(data.items)
      setOpen(data.items.length > 0)
    }, PAUSE_MS)
  }

  const close = () => {
    asked.current++
    setOpen(false)
    setChosen(-1)
  }

  const go = (product?: ProductCard) => {
    close()
    if (product !== undefined) navigate(`/${product.store.link}/${product.slug}`)
    else navigate(`/search?q=${encodeURIComponent(typed.trim())}`)
  }

  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close()
    if (!isOpen || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
    event.preventDefault()
    const step = event.key === 'ArrowDown' ? 1 : -1
    // One place more than there are suggestions: the text as it was typed.
    const places = found.length + 1
    setChosen((before) => (before + 1 + step + places) % places - 1)
  }

  return (
    <form
      class='search'
      role='search'
      onSubmit={(event) => {
        event.preventDefault()
        go(found[chosen])
      }}
    >
      <input
        type='search'
        role='combobox'
        list={undefined}
        aria-label={t('search.label')}
        aria-expanded={isOpen}
        aria-controls='suggestions'
        aria-autocomplete='list'
        aria-activedescendant={chosen < 0 ? undefined : `suggestion-${chosen}`}
        autocomplete='off'
        enterkeyhint='search'
        maxLength={200}
        placeholder={t('search.placeholder')}
        value={typed}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={press}
        onBlur={close}
      />
      <ul id='suggestions' role='listbox' aria-label={t('search.suggestions')} hidden={!isOpen}>
        {found.map((product, index) => (
          <li
            key={product.id}
            id={`suggestion-${index}`}
            role='option'
            aria-selected={index === chosen}
            // Before the field loses the focus, which closes the list.
            onMouseDown={(event) => {
              event.preventDefault()
              go(product)
            }}
          >
            <bdi>{product.name}</bdi>
            <span class='quiet'>{money(product.price_amount, product.currency)}</span>
          </li>
        ))}
      </ul>
    </form>
  )
}
