import { buildStorefront } from '../docs/examples/storefront/build.ts'
import accounts from '../seed/demo-accounts.json' with { type: 'json' }
import type { LocalProject } from './local/index.ts'

/** What the local platform shows and does for this project, beside migrations and SQL seed. */
const project: LocalProject = {
  seed: async (target) => (await import('../seed/index.ts')).default(target),
  site: {
    name: 'Shop',
    build: buildStorefront,
    announce: async (sql, url) => {
      // An address that somebody set, such as that of a tunnel, stays.
      await sql`
        update private.settings set storefront_url = ${url}
        where storefront_url ~ '^http://(127[.]0[.]0[.]1|localhost):[0-9]+$' and storefront_url <> ${url}`
    },
  },
  describeApi: async (target) => (await import('./openapi/index.ts')).describeApi(target),
  accounts,
  next: [
    ['npm run demo', 'in another terminal: one order, from store to delivery'],
    ['docs/api.md', 'every call a frontend makes'],
  ],
}

export default project
