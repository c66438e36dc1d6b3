import { z } from 'zod'

/** What the link at the foot of a letter ends; `description` is for people. */
export const EndedLetters = z.object({ kind: z.string(), description: z.string(), is_enabled: z.boolean() })
export type EndedLetters = z.infer<typeof EndedLetters>

/** The page behind the link: what it would end and a button, or that it is done. */
export function endingPage(letters: EndedLetters): string {
  const what = `“${escapeHtml(letters.description)}”`
  return letters.is_enabled
    ? page(
      'No more of these e-mails?',
      `<p>You will get no more e-mails of this kind: ${what}. What concerns your orders and your money is mailed as before.</p>
<form method="post"><button>No more of these e-mails</button></form>`,
    )
    : page('Done', `<p>You get no more e-mails of this kind: ${what}.</p>`)
}

/** The page behind a link that was cut or altered on its way. */
export function lostPage(): string {
  return page('This link is not whole', '<p>Open it from the letter again, or copy all of it.</p>')
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { margin: 0; padding: 32px 16px; background: #f6f5f2; color: #1d1d1b; font: 16px/1.55 system-ui, sans-serif }
main { max-width: 480px; margin: 0 auto; padding: 32px; background: #fff; border: 1px solid #e7e4dd; border-radius: 12px }
h1 { margin: 0 0 16px; font-size: 22px }
button { padding: 12px 22px; border: 0; border-radius: 9px; background: #1e5c45; color: #fff; font: inherit }
</style>
</head>
<body><main><h1>${title}</h1>
${content}
</main></body>
</html>`
}

/**
 * Whether functions of this project can show pages: hosted Supabase makes plain text of what they answer to a `GET` at
 * its own addresses.
 */
export function canShowPages(supabaseUrl: string): boolean {
  return !new URL(supabaseUrl).hostname.endsWith('.supabase.co')
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
