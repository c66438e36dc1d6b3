import { LANGUAGES } from '../_shared/language.ts'
import { render } from './layout.ts'
import { SAMPLES } from './samples.ts'
import { write } from './templates.ts'

/** A letter as somebody would get it. */
export interface Preview {
  template: string
  /** What happened. */
  situation: string
  language: string
  subject: string
  html: string
  text: string
}

/**
 * Every template in every situation and language, with made-up names.
 * @param endingUrl stands at the foot of each, also of those that nobody can end
 */
export function previews(siteUrl: string, endingUrl: string): Preview[] {
  return Object.entries(SAMPLES).flatMap(([template, situations]) =>
    Object.entries(situations).flatMap(([situation, data]) =>
      LANGUAGES.map((language) => {
        const { subject, html, text } = render(
          write(template, data, { siteUrl, locale: language })!,
          endingUrl,
        )
        return { template, situation, language, subject, html, text }
      })
    )
  )
}
