/** A host name made of nothing but these is an ordinary one. */
const HOST = /^[a-zA-Z0-9.-]+$/
const LOOPBACK_V4 = /^127(\.\d{1,3}){3}$/
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
/** Hosts of the site URL whose port may differ: a developer runs several front ends. */
const PORTLESS = ['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']

/** Decides where a link in a mail may lead: an attacker's page must never receive a session. */
export class RedirectAllowList {
  readonly #site: SplitUrl | undefined
  readonly #patterns: RegExp[]

  constructor(readonly siteUrl: string, allowed: string[]) {
    this.#site = splitUrl(siteUrl)
    this.#patterns = allowed.map((pattern) => new RegExp(`^${globSource(pattern)}$`, 's'))
  }

  /** The first allowed candidate, else the site URL. Nothing is reported: an attacker learns nothing. */
  choose(...candidates: (string | null | undefined)[]): string {
    return candidates.find((candidate) => candidate ? this.allows(candidate) : false) ?? this.siteUrl
  }

  allows(target: string): boolean {
    const url = splitUrl(target)
    if (url === undefined) return false
    if (this.#isSite(url)) return true
    // `http://2130706433` is 127.0.0.1 to a browser.
    if (/^\d+$/.test(url.host)) return false
    if (IPV4.test(url.host)) return LOOPBACK_V4.test(url.host)
    if (url.host.includes(':')) return url.host === '::1'
    if ((url.scheme === 'http' || url.scheme === 'https') && !HOST.test(url.host)) return false
    const withoutFragment = target.replace(/#.*$/s, '')
    return this.#patterns.some((pattern) => pattern.test(withoutFragment))
  }

  #isSite(url: SplitUrl): boolean {
    const site = this.#site
    if (site === undefined || site.host === '') return false
    return url.scheme === site.scheme && url.host === site.host &&
      (url.port === site.port || PORTLESS.includes(site.host))
  }
}

interface SplitUrl {
  scheme: string
  host: string
  port: string
}

/**
 * Splits a URL without a browser's kindness: `new URL` would turn `http://0x7f.1` into `127.0.0.1` and trim spaces,
 * and what is compared must be what is written.
 */
function splitUrl(text: string): SplitUrl | undefined {
  // deno-lint-ignore no-control-regex
  if (/[\s\u0000-\u001f\u007f\\]/.test(text)) return undefined
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/([^/?#]*))?/.exec(text)
  if (match === null) return undefined
  const scheme = match[1]!.toLowerCase()
  const authority = (match[2] ?? '').replace(/^.*@/s, '')
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(authority)
  if (parts === null) return undefined
  const host = parts[1] ?? parts[2] ?? ''
  if ((scheme === 'http' || scheme === 'https') && host === '') return undefined
  return { scheme, host: host.toLowerCase(), port: parts[3] ?? '' }
}

const escapeCharacter = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/**
 * The regular expression of one allow-list entry. `*` is any run without `.` and `/`, `**` any run, `?` one character
 * that is neither; `[abc]`, `[!a-z]`, `{one,two}` and `\` as in shells.
 */
function globSource(pattern: string): string {
  let source = ''
  let depth = 0
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!
    if (character === '\\' && index + 1 < pattern.length) {
      source += escapeCharacter(pattern[++index]!)
    } else if (character === '*') {
      if (pattern[index + 1] === '*') {
        while (pattern[index + 1] === '*') index++
        source += '.*'
      } else {
        source += '[^./]*'
      }
    } else if (character === '?') {
      source += '[^./]'
    } else if (character === '[' && pattern.indexOf(']', index + 2) > 0) {
      const end = pattern.indexOf(']', index + 2)
      const inner = pattern.slice(index + 1, end)
      const members = inner.replace(/^!/, '').replace(/[\\^\]]/g, '\\$&')
      source += `[${inner.startsWith('!') ? '^' : ''}${members}]`
      index = end
    } else if (character === '{') {
      depth++
      source += '(?:'
    } else if (character === '}' && depth > 0) {
      depth--
      source += ')'
    } else if (character === ',' && depth > 0) {
      source += '|'
    } else {
      source += escapeCharacter(character)
    }
  }
  return source + ')'.repeat(depth)
}
