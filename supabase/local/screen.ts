import process from 'node:process'
import type { Platform } from './platform.ts'
import type { LocalProject } from './project.ts'
import type { Studio } from './studio/index.ts'

/** The one screen that says how to reach a platform that is ready. */
export function composeScreen(
  project: LocalProject,
  name: string,
  platform: Platform,
  siteUrl: string | undefined,
  studio: Studio | undefined,
): string {
  const { keys } = platform
  const lines = [
    section(`${name} is ready`),
    ...(project.site !== undefined && siteUrl !== undefined ? [row(project.site.name, siteUrl)] : []),
    row('API', platform.apiUrl),
    row('Publishable key', `${keys.publishableKey}   for frontends`),
    row('Secret key', `${keys.secretKey}   for servers only: it passes every policy`),
    row('Database', platform.databaseUrl),
    ...(studio === undefined ? [] : [row('Studio', `${studio.url}   tables and SQL`)]),
    ...(studio === undefined || project.describeApi === undefined
      ? []
      : [row('API reference', `${studio.referenceUrl}   every call, to be tried`)]),
    row('Inbox', `${platform.inboxUrl}   mails and texts that would have been sent`),
  ]
  const accounts = project.accounts ?? []
  if (accounts.length > 0) {
    lines.push('', section('Demo accounts'))
    const width = Math.max(...accounts.map(({ who }) => who.length))
    for (const { who, phone, email, password } of accounts) {
      const ways = [phone, email].filter((way) => way !== undefined).join(' or ')
      lines.push(`  ${who.padEnd(width)}  ${ways}${password === undefined ? '' : `, password ${password}`}`)
    }
  }
  lines.push('', section('Next'))
  for (const [what, why] of project.next ?? []) lines.push(row(what, why))
  lines.push(row('Ctrl-C', 'stops; the data stays, until `npm run reset`'))
  return lines.join('\n')
}

/** Shows what is being done, and how long it took. */
export class Progress {
  #current: string | undefined

  /** Runs one step under a name that a person understands. */
  async step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const started = performance.now()
    this.#show(name)
    const result = await work()
    this.#clear()
    console.log(
      `  ${green('✓')} ${name.padEnd(36)} ${dim(`${((performance.now() - started) / 1000).toFixed(1)} s`)}`,
    )
    return result
  }

  /** Says something without getting in the way of the current step. */
  note(message: string): void {
    this.#clear()
    console.log(`  ${message}`)
    if (this.#current !== undefined) this.#show(this.#current)
  }

  #show(name: string): void {
    this.#current = name
    if (process.stdout.isTTY) process.stdout.write(`  … ${name}`)
  }

  #clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K')
    this.#current = undefined
  }
}

const styled = (code: number) => (text: string) => process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text
const green = styled(32)
const dim = styled(2)
const section = styled(1)

const row = (name: string, value: string) => `  ${name.padEnd(16)} ${value}`
