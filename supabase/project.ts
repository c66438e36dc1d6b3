import { buildStorefront } from '../docs/examples/storefront/build.ts'
import accounts from '../seed/demo-accounts.json' with { type: 'json' }
import type { LocalProject } from './local/index.ts'

/** What the local platform shows and does for this project, beside migrations and SQL seed. */
const project: LocalProject = {
  seed: async (target) => (await import('../seed/index.ts')).default(target),
  site: { name: 'Shop', build: buildStorefront },
  describeApi: async (target) => (await import('./openapi/index.ts')).describeApi(target),
  accounts,
  next: [
    ['npm run demo', 'in another terminal: one order, from store to delivery'],
    ['docs/api.md', 'every call a frontend makes'],
  ],
}

export default project
