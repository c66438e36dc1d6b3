import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** An API that is shown, with a page to try it. */
export interface Reference {
  apiUrl: string
  publishableKey: string
  /** Its document of OpenAPI, as it is now. */
  describe(): Promise<unknown>
}

/** Where the page is. */
export const REFERENCE = '/api'

const VIEWER: Record<string, string> = {
  '/api/swagger-ui.css': 'text/css',
  '/api/swagger-ui-bundle.js': 'text/javascript',
}

/** Shows the document, with the key of frontends filled in. It asks nobody whether the document is valid. */
const SCRIPT = `
const ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => ui.preauthorizeApiKey('key', document.getElementById('api').dataset.key),
})
`

const pageOf = (key: string) =>
  `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/api/swagger-ui.css">
  <div id="api" data-key="${key.replace(/[^\w-]/g, '')}"></div>
  <script src="/api/swagger-ui-bundle.js"></script>
  <script src="/api/page.js"></script>
</html>`

/** A part of the page by its path; nothing for a path that is none. */
export async function partOf(
  path: string,
  { publishableKey, describe }: Reference,
): Promise<{ type: string; body: string | Buffer } | undefined> {
  if (path === REFERENCE) return { type: 'text/html', body: pageOf(publishableKey) }
  if (path === '/api/page.js') return { type: 'text/javascript', body: SCRIPT }
  if (path === '/api/openapi.json') {
    return { type: 'application/json', body: JSON.stringify(await describe()) }
  }
  const type = VIEWER[path]
  if (type === undefined) return undefined
  const file = createRequire(import.meta.url).resolve(path.replace(REFERENCE, 'swagger-ui-dist'))
  return { type, body: await readFile(file) }
}
