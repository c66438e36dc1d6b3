import { useState } from 'preact/hooks'
import type { Ratings, ReviewCard, ReviewSubject } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { useUser } from '../session.ts'
import { supabase } from '../supabase.ts'
import { moment, number, t } from '../words.ts'
import { Await, Field, Picture, TextField, Trouble } from './parts.tsx'
import { Average, Stars } from './stars.tsx'

const SORTS = ['newest', 'helpful', 'highest', 'lowest'] as const
type Sort = typeof SORTS[number]
const BARS = ['5', '4', '3', '2', '1'] as const
const REASONS = ['spam', 'offensive', 'false', 'off_topic', 'personal_data', 'illegal', 'other'] as const

/** What others say of a product, a service or a store, page by page. */
export function Reviews({ subject_type, subject_id }: { subject_type: ReviewSubject; subject_id: string }) {
  const [sort, setSort] = useState<Sort>('newest')
  const [rating, setRating] = useState<number>()
  const read = async (cursor: string | null) => {
    const { data } = await supabase.rpc('list_reviews', {
      subject_type,
      subject_id,
      sort,
      rating: rating ?? null,
      cursor,
      page_size: 10,
    }).throwOnError()
    return data
  }
  const first = useLoad(() => read(null), [subject_type, subject_id, sort, rating])
  return (
    <section>
      <h2>{t('review.title')}</h2>
      <Await of={first}>
        {(page) =>
          page.rating_count === 0 ? <p class='quiet'>{t('review.none')}</p> : (
            <>
              <p>
                <Average of={page} />
              </p>
              <Bars of={page} rating={rating} onRating={setRating} />
              <label class='inline'>
                <span>{t('search.sort')}</span>
                <select value={sort} onChange={(event) => setSort(event.currentTarget.value as Sort)}>
                  {SORTS.map((one) => <option key={one} value={one}>{t(`review.sort.${one}`)}</option>)}
                </select>
              </label>
              <Pages key={`${sort} ${rating}`} first={page} read={read} reload={first.reload} />
            </>
          )}
      </Await>
    </section>
  )
}

/** How many have how many stars, and a way to read only those. */
function Bars(
  { of, rating, onRating }: {
    of: Ratings
    rating: number | undefined
    onRating: (rating: number | undefined) => void
  },
) {
  return (
    <ul class='bars'>
      {BARS.map((stars) => {
        const isChosen = rating === Number(stars)
        return (
          <li key={stars}>
            <button
              type='button'
              class='plain'
              aria-pressed={isChosen}
              onClick={() => onRating(isChosen ? undefined : Number(stars))}
            >
              <Stars rating={Number(stars)} />
            </button>
            <meter
              min={0}
              max={of.rating_count}
              value={of.rating_bars[stars]}
              aria-label={t('review.stars', { count: Number(stars) })}
            />
            <span class='quiet'>{number(of.rating_bars[stars])}</span>
          </li>
        )
      })}
    </ul>
  )
}

interface Page {
  items: ReviewCard[]
  next_cursor: string | null
}

function Pages(
  { first, read, reload }: {
    first: Page
    read: (cursor: string | null) => Promise<Page>
    reload: () => Promise<void>
  },
) {
  const [more, setMore] = useState<Page>()
  const action = useAction()
  const next_cursor = (more ?? first).next_cursor
  // What is on the first page may have changed since; a review stands once, as it was read last.
  const onFirst = new Set(first.items.map(({ id }) => id))
  const items = [...first.items, ...(more?.items ?? []).filter(({ id }) => !onFirst.has(id))]
  return (
    <>
      <ul>
        {items.map((review) => <OneReview key={review.id} review={review} reload={reload} />)}
      </ul>
      <Trouble problem={action.problem} />
      {next_cursor !== null && (
        <button
          type='button'
          disabled={action.isBusy}
          onClick={() =>
            void action.run(async () => {
              const page = await read(next_cursor)
              setMore({ items: [...more?.items ?? [], ...page.items], next_cursor: page.next_cursor })
            })}
        >
          {t('search.more')}
        </button>
      )}
    </>
  )
}

function OneReview({ review, reload }: { review: ReviewCard; reload: () => Promise<void> }) {
  return (
    <li class='sheet'>
      <p class='row spread'>
        <Stars rating={review.rating} />
        <span class='quiet'>
          <bdi>{review.author_name ?? t('review.somebody')}</bdi> · {moment(review.created_at)}
          {review.edited_at !== null && <>· {t('review.edited')}</>}
        </span>
      </p>
      {review.body !== '' && (
        <p class='prose'>
          <bdi>{review.body}</bdi>
        </p>
      )}
      <ReviewPhotos paths={review.media} />
      {review.reply !== null && <Reply body={review.reply.body} isBeforeEdit={review.edited_after_reply} />}
      {review.is_mine
        ? (
          <p>
            <a href={`/reviews/${review.id}`}>{t('review.yours')}</a>
          </p>
        )
        : <Judge review={review} reload={reload} />}
    </li>
  )
}

export function ReviewPhotos({ paths }: { paths: string[] }) {
  if (paths.length === 0) return null
  return (
    <div class='thumbs'>
      {paths.map((path, index) => (
        <Picture
          key={path}
          path={path}
          alt={t('product.picture', { number: index + 1 })}
          sizes='4.2rem'
        />
      ))}
    </div>
  )
}

/** What the store says to a review; what was changed afterwards may not be what it speaks of. */
export function Reply({ body, isBeforeEdit }: { body: string; isBeforeEdit: boolean }) {
  return (
    <blockquote>
      <p class='quiet'>
        {t('review.reply')}
        {isBeforeEdit && <>· {t('review.editedAfterReply')}</>}
      </p>
      <p class='prose'>
        <bdi>{body}</bdi>
      </p>
    </blockquote>
  )
}

/** Whether it helped, and whether it should be there. */
function Judge({ review, reload }: { review: ReviewCard; reload: () => Promise<void> }) {
  const user = useUser()
  const action = useAction()
  if (!user) {
    return review.helpful_count === 0
      ? null
      : <p class='quiet'>{t('review.helped', { count: review.helpful_count })}</p>
  }
  const vote = (value: 1 | -1) =>
    void action.run(async () => {
      await supabase.rpc('vote_review', {
        review_id: review.id,
        value: review.my_vote === value ? 0 : value,
      }).throwOnError()
      await reload()
    })
  return (
    <>
      <div class='row'>
        <button
          type='button'
          aria-pressed={review.my_vote === 1}
          disabled={action.isBusy}
          onClick={() => vote(1)}
        >
          {t('review.helpful')} {number(review.helpful_count)}
        </button>
        <button
          type='button'
          aria-pressed={review.my_vote === -1}
          disabled={action.isBusy}
          onClick={() => vote(-1)}
        >
          {t('review.unhelpful')} {number(review.unhelpful_count)}
        </button>
      </div>
      <Trouble problem={action.problem} />
      <Report reviewId={review.id} />
    </>
  )
}

function Report({ reviewId }: { reviewId: string }) {
  const [reason, setReason] = useState<typeof REASONS[number]>('spam')
  const [note, setNote] = useState('')
  const [isSent, setSent] = useState(false)
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('report_review', { review_id: reviewId, reason, note: note || null }).throwOnError()
      setSent(true)
    })
  }
  if (isSent) return <p role='status' class='good'>{t('report.sent')}</p>
  return (
    <details>
      <summary>{t('report.report')}</summary>
      <form onSubmit={submit}>
        <Field label={t('report.reason')}>
          {(id) => (
            <select
              id={id}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value as typeof REASONS[number])}
            >
              {REASONS.map((one) => <option key={one} value={one}>{t(`report.reason.${one}`)}</option>)}
            </select>
          )}
        </Field>
        <TextField label={t('report.note')} value={note} onValue={setNote} maxLength={1000} />
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('report.send')}</button>
      </form>
    </details>
  )
}
