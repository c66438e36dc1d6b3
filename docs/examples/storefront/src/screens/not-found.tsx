import { useTitle } from '../ui/parts.tsx'
import { t } from '../words.ts'

/** What stands where nothing is. */
export default function NotFound() {
  useTitle(t('notFound.title'))
  return (
    <div class='empty'>
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.text')}</p>
      <a class='button' href='/'>{t('notFound.home')}</a>
    </div>
  )
}
