import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Field, Trouble, useTitle } from '../ui/parts.tsx'
import { ReviewPhotos } from '../ui/reviews.tsx'
import { Stars } from '../ui/stars.tsx'
import { moment, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

type Facts = Row<'reviews'> & {
  review_media: { path: string }[]
  review_replies: { body: string } | null
}

/** What customers say of the store and what it sells, the latest first, and what the store answers. */
export default function StoreReviews() {
  useTitle(t('review.title'))
  return <SellerFrame>{(store) => <List store={store} />}</SellerFrame>
}

function List({ store }: { store: MyStore }) {
  const [count, setCount] = useState(20)
  const reviews = useLoad(async () => {
    const { data } = await supabase.from('reviews').select('*, review_media(path), review_replies(body)')
      .eq('store_id', store.id).eq('status', 'visible').order('id', { ascending: false }).limit(count)
      .throwOnError()
    return data
  }, [store.id, count])
  return (
    <>
      <h1>{t('review.title')}</h1>
      <Await of={reviews}>
        {(all) => (
          <>
            {all.length === 0 && <p class='empty'>{t('review.none')}</p>}
            <ul>
              {all.map((review) => (
                <OneReview key={review.id} review={review} role={store.role} reload={reviews.reload} />
              ))}
            </ul>
            {all.length === count && (
              <button
                type='button'
                disabled={reviews.isLoading}
                onClick={() => setCount(count + 20)}
              >
                {t('orders.older')}
              </button>
            )}
          </>
        )}
      </Await>
    </>
  )
}

function OneReview(
  { review, role, reload }: { review: Facts; role: MyStore['role']; reload: () => Promise<void> },
) {
  return (
    <li class='sheet'>
      <p class='row spread'>
        <Stars rating={review.rating} />
        <span class='quiet'>
          <bdi>{review.author_name ?? t('review.somebody')}</bdi> · {moment(review.created_at)}
        </span>
      </p>
      {review.body !== '' && (
        <p class='prose'>
          <bdi>{review.body}</bdi>
        </p>
      )}
      <ReviewPhotos paths={review.review_media.map(({ path }) => path)} />
      <p>
        <a href={`/reviews/${review.id}`}>{t('review.see')}</a>
      </p>
      {role === 'staff'
        ? review.review_replies !== null && (
          <p class='prose'>
            <bdi>{review.review_replies.body}</bdi>
          </p>
        )
        : (
          <Answer
            key={review.review_replies?.body}
            reviewId={review.id}
            answered={review.review_replies?.body}
            reload={reload}
          />
        )}
    </li>
  )
}

/** Owner and managers answer once, in public, and may change the answer. */
function Answer(
  { reviewId, answered, reload }: {
    reviewId: string
    answered: string | undefined
    reload: () => Promise<void>
  },
) {
  const [body, setBody] = useState(answered ?? '')
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      if (answered === undefined) {
        await supabase.rpc('reply_to_review', { review_id: reviewId, body }).throwOnError()
      } else {
        await supabase.from('review_replies').update({ body }).eq('review_id', reviewId).throwOnError()
      }
      await reload()
    })
  }
  return (
    <details>
      <summary>{t(answered === undefined ? 'review.answer' : 'review.changeAnswer')}</summary>
      <form onSubmit={submit}>
        <Field label={t('review.reply')}>
          {(id) => (
            <textarea
              id={id}
              required
              maxLength={2000}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          )}
        </Field>
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('review.publish')}</button>
      </form>
    </details>
  )
}
