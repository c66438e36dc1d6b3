import type { ServerResponse } from 'node:http'

/** A small page of one card, for a person to decide something on. `content` is HTML. */
export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f5f2, #161616) }
    main { width: min(22rem, 86vw); padding: 2rem; border-radius: 14px; background: light-dark(#fff, #222);
      border: 1px solid light-dark(#e5e2da, #333) }
    h1 { font-size: 1.1rem; margin: 0 }
    .amount { font-size: 2rem; font-weight: 600; margin: .5rem 0; text-transform: uppercase }
    form { display: flex; gap: .6rem; margin-top: 1.5rem }
    button { flex: 1; padding: .7rem; border-radius: 9px; border: 1px solid light-dark(#d8d4ca, #444); font: inherit;
      background: transparent; color: inherit; cursor: pointer }
    form.list { flex-direction: column } form.list button { text-align: left }
    input { padding: .6rem; border-radius: 9px; border: 1px solid light-dark(#d8d4ca, #444); font: inherit }
    small { display: block; opacity: .7 }
    .primary { background: light-dark(#1e5c45, #5fb08f); border-color: transparent; color: light-dark(#fff, #10201a) }
  </style>
  <main>
    <h1>${title}</h1>
    ${content}
  </main>
</html>`
}

/** Answers with a page that runs no scripts and is not kept. Its forms may lead anywhere: that is their purpose. */
export function sendPage(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  })
  res.end(html)
}

/** Text as HTML shows it. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
