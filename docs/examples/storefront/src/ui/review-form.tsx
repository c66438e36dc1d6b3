import { useState } from 'preact/hooks'
import { useAction } from '../load.ts'
import { supabase } from '../supabase.ts'
import { t } from '../words.ts'
import { Choices, Field, Picture, Trouble } from './parts.tsx'
import { Stars } from './stars.tsx'

type Rating = 1 | 2 | 3 | 4 | 5

/** What somebody says about what they received. */
export interface ReviewText {
  rating: Rating
  body: string
  media: string[]
}

const RATINGS = [5, 4, 3, 2, 1] as const

/** Stars, a text, and photos, which are uploaded before the review is sent. */
export function ReviewForm(
  { name, storeId, userId, review, send, label }: {
    /** Tells the stars of several forms of one page apart. */
    name: string
    storeId: string
    userId: string
    review?: ReviewText
    send: (review: ReviewText) => Promise<void>
    label: string
  },
) {
  const [rating, setRating] = useState<Rating | undefined>(review?.rating)
  const [body, setBody] = useState(review?.body ?? '')
  const [media, setMedia] = useState(review?.media ?? [])
  const action = useAction()
  const upload = (input: HTMLInputElement) =>
    void action.run(async () => {
      for (const file of input.files ?? []) {
        const suffix = file.name.split('.').at(-1)?.toLowerCase() ?? 'jpg'
        const { data, error } = await supabase.storage.from('store-media')
          .upload(`${storeId}/reviews/${userId}/${crypto.randomUUID()}.${suffix}`, file)
        if (error) throw error
        // Checks it, and makes smaller copies.
        const { error: refused } = await supabase.functions.invoke('images', { body: { path: data.path } })
        if (refused) throw refused
        setMedia((before) => [...before, data.path])
      }
      input.value = ''
    })
  const submit = (event: Event) => {
    event.preventDefault()
    if (rating !== undefined) void action.run(() => send({ rating, body, media }))
  }
  return (
    <form onSubmit={submit}>
      <Choices
        legend={t('review.rating')}
        name={name}
        value={rating === undefined ? undefined : String(rating)}
        onValue={(value) => setRating(Number(value) as Rating)}
        options={RATINGS.map((stars) => ({ value: String(stars), label: <Stars rating={stars} /> }))}
      />
      <Field label={t('review.body')}>
        {(id) => (
          <textarea
            id={id}
            maxLength={5000}
            value={body}
            onInput={(event) => setBody(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={t('sell.photos')} hint={t('review.photosHint')}>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            type='file'
            accept='image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic'
            multiple
            onChange={(event) => upload(event.currentTarget)}
          />
        )}
      </Field>
      {media.length > 0 && (
        <ul class='thumbs'>
          {media.map((path, index) => (
            <li key={path}>
              <Picture path={path} alt={t('product.picture', { number: index + 1 })} sizes='4.2rem' />
              <button
                type='button'
                class='plain'
                onClick={() => setMedia(media.filter((other) => other !== path))}
              >
                {t('cart.remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Trouble problem={action.problem} />
      <button type='submit' class='primary' disabled={action.isBusy || rating === undefined}>{label}</button>
    </form>
  )
}
