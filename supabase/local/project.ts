import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LocalSite } from './site.ts'

/** Who a newcomer can be at once: a line on the screen of `npm start`. */
export interface DemoAccount {
  who: string
  email?: string
  phone?: string
  password?: string
}

/** What to do after the start: a command or a page, and what it is. */
export type NextStep = [what: string, why: string]

/** What a project's API is described from. */
export interface ApiTarget {
  apiUrl: string
  /** As the owner of the project. */
  databaseUrl: string
}

/** The little that the platform must know of the project it runs. A project tells it in `supabase/project.ts`. */
export interface LocalProject {
  /** The part of the seed that SQL cannot do, such as uploads; run once for each database. */
  seed?: (target: { url: string; secretKey: string }) => Promise<void>
  /** Pages of its own, served at `auth.site_url`. */
  site?: LocalSite
  /** Its API as a document of OpenAPI, shown with a page to try it; made anew each time it is asked for. */
  describeApi?: (target: ApiTarget) => Promise<unknown>
  accounts?: DemoAccount[]
  next?: NextStep[]
}

/** Where a project says so, relative to its folder. */
export const PROJECT_FILE = join('supabase', 'project.ts')

/** Reads what a project says of itself; nothing if it has no such file. */
export async function readProject(folder: string): Promise<LocalProject> {
  const path = join(folder, PROJECT_FILE)
  if (!existsSync(path)) return {}
  const module = await import(pathToFileURL(path).href) as { default: LocalProject }
  return module.default
}
