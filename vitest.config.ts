import { relative } from 'node:path'
import { defineConfig, type Plugin } from 'vitest/config'

/** Turns every pgTAP file into a test file of its own, so that filters, reports and parallel runs work as for any other. */
const pgtap: Plugin = {
  name: 'pgtap',
  enforce: 'pre',
  transform(_code, id) {
    const path = relative(import.meta.dirname, id.split('?')[0]!)
    if (!/^tests\/database\/[^/]+\.sql$/.test(path)) return undefined
    return {
      code: `import { testFile } from '/tests/support/pgtap.ts'\ntestFile(${JSON.stringify(path)})\n`,
      map: null,
    }
  },
}

export default defineConfig({
  plugins: [pgtap],
  test: {
    include: ['tests/**/*.test.ts', 'tests/database/*.sql', 'supabase/local/tests/**/*.test.ts'],
    globalSetup: ['supabase/local/testing/global-setup.ts'],
    setupFiles: ['supabase/local/testing/setup.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A test that leaves something running is a test that leaks: the run must end by itself.
    teardownTimeout: 20_000,
  },
})
