/** `npm run demo`: takes one order through the platform that `npm start` runs, and prints each step with what came back. */
import process from 'node:process'
import { inspect } from 'node:util'
import { findInstance } from '../../supabase/local/index.ts'
import { mainJob, type Project } from './main_job.ts'

/** Where the platform that `npm start` runs on this project keeps what other commands need to know. */
const DATA = 'supabase/.local'

async function findProject(): Promise<Project | undefined> {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, INBOX_URL } = process.env
  if (SUPABASE_URL !== undefined && SUPABASE_PUBLISHABLE_KEY !== undefined && INBOX_URL !== undefined) {
    return { apiUrl: SUPABASE_URL, publishableKey: SUPABASE_PUBLISHABLE_KEY, inboxUrl: INBOX_URL }
  }
  return (await findInstance(DATA))?.project
}

async function main(): Promise<number> {
  const project = await findProject()
  if (project === undefined) {
    console.error('Nothing is running here yet: `npm start` in another terminal, then this again.')
    return 1
  }
  const begun = performance.now()
  let number = 0
  for await (const { title, result } of mainJob(project)) {
    console.log(`\n${String(++number).padStart(2)}. ${title}`)
    console.log(
      inspect(result, { depth: 6, colors: process.stdout.isTTY, breakLength: 100 }).replace(/^/gm, '    '),
    )
  }
  console.log(
    `\nDone in ${((performance.now() - begun) / 1000).toFixed(1)} s. What was sent: ${project.inboxUrl}`,
  )
  return 0
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`\nThe walk stopped: ${error.message}`)
    process.exit(1)
  },
)
