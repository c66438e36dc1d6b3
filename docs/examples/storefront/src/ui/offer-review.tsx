import { useRef } from 'preact/hooks'
import type { ReviewSubject } from '../../../../../supabase/api.types.ts'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { t } from '../words.ts'
import { Await } from './parts.tsx'
import { ReviewForm, type ReviewText } from './review-form.tsx'

/** What somebody received and may review. */
export interface Reviewable {
  subject_type: ReviewSubject
  subject_id: string
  name: string
}

/** Offers to review what was received, and leads to what was written already. */
export function OfferReviews(
  { subjects, storeId, userId }: { subjects: Reviewable[]; storeId: string; userId: string },
) {
  const ids = subjects.map(({ subject_id }) => subject_id)
  const written = useLoad(async () => {
    const { data } = await supabase.from('reviews').select('id, subject_type, subject_id')
      .eq('author_id', userId).in('subject_id', ids).throwOnError()
    return data
  }, [ids.join(), userId])
  return (
    <section class='sheet'>
      <h2>{t('review.offer')}</h2>
      <Await of={written}>
        {(reviews) => (
          <ul>
            {subjects.map((subject) => {
              const review = reviews.find((one) =>
                one.subject_type === subject.subject_type && one.subject_id === subject.subject_id
              )
              return (
                <li key={subject.subject_id}>
                  {review === undefined
                    ? <Offer subject={subject} storeId={storeId} userId={userId} reload={written.reload} />
                    : (
                      <>
                        <bdi>{subject.name}</bdi> · <a href={`/reviews/${review.id}`}>{t('review.yours')}</a>
                      </>
                    )}
                </li>
              )
            })}
          </ul>
        )}
      </Await>
    </section>
  )
}

function Offer(
  { subject: { subject_type, subject_id, name }, storeId, userId, reload }: {
    subject: Reviewable
    storeId: string
    userId: string
    reload: () => Promise<void>
  },
) {
  // The same words have the same key, so that a retry never writes them twice.
  const last = useRef<{ words: string; key: string }>(null)
  const keyOf = (review: ReviewText) => {
    const words = JSON.stringify(review)
    if (last.current?.words !== words) last.current = { words, key: crypto.randomUUID() }
    return last.current.key
  }
  return (
    <details>
      <summary>{t('review.writeAbout', { name })}</summary>
      <ReviewForm
        name={`rating-${subject_id}`}
        storeId={storeId}
        userId={userId}
        label={t('review.send')}
        send={async (review) => {
          await supabase.rpc('submit_review', {
            subject_type,
            subject_id,
            ...review,
            idempotency_key: keyOf(review),
          }).throwOnError()
          await reload()
        }}
      />
    </details>
  )
}
