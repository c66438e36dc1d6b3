import { number, t } from '../words.ts'

/** One to five stars: drawn for the eye, said in words for the ear. */
export function Stars({ rating }: { rating: number }) {
  return (
    <span class='stars'>
      <span aria-hidden='true'>{'★'.repeat(rating)}{'☆'.repeat(5 - rating)}</span>
      <span class='sr'>{t('review.stars', { count: rating })}</span>
    </span>
  )
}

/** What all reviews add up to; nothing before the first. */
export function Average(
  { of: { rating_average, rating_count } }: {
    of: { rating_average: number | null; rating_count: number }
  },
) {
  if (rating_average === null) return null
  return (
    <span class='average'>
      <span class='stars' aria-hidden='true'>★</span> {number(rating_average)}{' '}
      <span class='quiet'>({t('review.count', { count: rating_count })})</span>
    </span>
  )
}
