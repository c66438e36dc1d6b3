import type { User } from '@supabase/supabase-js'
import { useState } from 'preact/hooks'
import type { ReviewSubject } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Trouble, useTitle } from '../ui/parts.tsx'
import { ReviewForm, type ReviewText } from '../ui/review-form.tsx'
import { Reply, ReviewPhotos } from '../ui/reviews.tsx'
import { SignInFirst } from '../ui/sign-in-first.tsx'
import { Stars } from '../ui/stars.tsx'
import { moment, t } from '../words.ts'

/** One review, for its author: as everybody sees it, to change, to take back. */
export default function Review({ params }: ScreenProps) {
  useTitle(t('review.yours'))
  return <SignInFirst>{(user) => <Load id={params['id']!} user={user} />}</SignInFirst>
}

function readReview(id: string) {
  return supabase.from('reviews').select('*, review_media(path), review_replies(body), stores(name, slug)')
    .eq('id', id).order('position', { referencedTable: 'review_media' }).single().throwOnError()
}

type Facts = Row<'reviews'> & {
  review_media: { path: string }[]
  review_replies: { body: string } | null
  stores: { name: string; slug: string } | null
}

/** What it is about; null once it is not to be seen any more, while the review stays. */
async function readSubject(type: ReviewSubject, id: string): Promise<{ name: string; href?: string } | null> {
  if (type === 'product') {
    const { data } = await supabase.from('products').select('name, slug, stores(slug)').eq('id', id)
      .maybeSingle().throwOnError()
    return data && { name: data.name, href: `/${data.stores.slug}/${data.slug}` }
  }
  if (type === 'service') {
    const { data } = await supabase.from('services').select('name').eq('id', id).maybeSingle().throwOnError()
    return data && { ...data, href: `/bookings/new?service=${id}` }
  }
  return null
}

function Load({ id, user }: { id: string; user: User }) {
  const review = useLoad(async () => {
    const { data } = await readReview(id)
    return { review: data, subject: await readSubject(data.subject_type, data.subject_id) }
  }, [id])
  const [isDeleted, setDeleted] = useState(false)
  if (isDeleted) return <p class='empty' role='status'>{t('review.deleted')}</p>
  return (
    <Await of={review}>
      {(page) => <Shown {...page} user={user} reload={review.reload} onDeleted={() => setDeleted(true)} />}
    </Await>
  )
}

function Shown(
  { review, subject, user, reload, onDeleted }: {
    review: Facts
    subject: { name: string; href?: string } | null
    user: User
    reload: () => Promise<void>
    onDeleted: () => void
  },
) {
  const isMine = review.author_id === user.id
  const media = review.review_media.map(({ path }) => path)
  return (
    <div class='narrow'>
      {review.stores !== null && (
        <p class='quiet'>
          <a href={`/${review.stores.slug}`}>
            <bdi>{review.stores.name}</bdi>
          </a>
        </p>
      )}
      <h1>{t(isMine ? 'review.yours' : 'review.one')}</h1>
      {subject !== null && (
        <p>
          <a href={subject.href}>
            <bdi>{subject.name}</bdi>
          </a>
        </p>
      )}
      {review.status === 'hidden' && <p class='warn'>{t('review.hidden')}</p>}
      <article class='sheet'>
        <p class='row spread'>
          <Stars rating={review.rating} />
          <span class='quiet'>{moment(review.edited_at ?? review.created_at)}</span>
        </p>
        {review.body !== '' && (
          <p class='prose'>
            <bdi>{review.body}</bdi>
          </p>
        )}
        <ReviewPhotos paths={media} />
        {review.review_replies !== null && (
          <Reply body={review.review_replies.body} isBeforeEdit={review.edited_after_reply} />
        )}
      </article>
      {isMine && (
        <>
          <Decisions reviewId={review.id} />
          <Change
            // After a change the form begins with what is there now.
            key={review.edited_at}
            review={review}
            written={{ rating: review.rating as ReviewText['rating'], body: review.body, media }}
            reload={reload}
          />
          {review.status === 'visible' && <TakeBack reviewId={review.id} onDeleted={onDeleted} />}
        </>
      )}
    </div>
  )
}

/** Why it was hidden or is back, the latest first. */
function Decisions({ reviewId }: { reviewId: string }) {
  const decisions = useLoad(async () => {
    const { data } = await supabase.from('moderation_decisions').select('id, action, created_at')
      .eq('review_id', reviewId).order('id', { ascending: false }).limit(20).throwOnError()
    return data
  }, [reviewId])
  if (decisions.data?.length === 0) return null
  return (
    <Await of={decisions}>
      {(all) => (
        <ul>
          {all.map((decision) => (
            <li key={decision.id}>
              <a href={`/decisions/${decision.id}`}>{t(`decision.action.${decision.action}`)}</a>{' '}
              <span class='quiet'>{moment(decision.created_at)}</span>
            </li>
          ))}
        </ul>
      )}
    </Await>
  )
}

function Change(
  { review, written, reload }: { review: Facts; written: ReviewText; reload: () => Promise<void> },
) {
  return (
    <details class='sheet'>
      <summary>{t('review.change')}</summary>
      <ReviewForm
        name='rating'
        storeId={review.store_id}
        userId={review.author_id!}
        review={written}
        label={t('action.save')}
        send={async (changed) => {
          await supabase.rpc('update_review', { review_id: review.id, ...changed }).throwOnError()
          await reload()
        }}
      />
    </details>
  )
}

function TakeBack({ reviewId, onDeleted }: { reviewId: string; onDeleted: () => void }) {
  const action = useAction()
  return (
    <details class='sheet'>
      <summary>{t('review.delete')}</summary>
      <p>{t('review.deleteText')}</p>
      <button
        type='button'
        disabled={action.isBusy}
        onClick={() =>
          void action.run(async () => {
            await supabase.rpc('delete_review', { review_id: reviewId }).throwOnError()
            onDeleted()
          })}
      >
        {t('review.deleteNow')}
      </button>
      <Trouble problem={action.problem} />
    </details>
  )
}
