import { Problem } from './problem.ts'

/** Where the shop lives. */
export interface ShopSites {
  /** Address of the storefront; links in mails begin with it. */
  url: string
  /** Origins of further storefronts of the same marketplace. */
  others: string[]
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * Whether an address belongs to the shop. While the storefront itself is on this machine, so is whatever a developer runs
 * beside it, on any port; Auth allows the same.
 */
export function isShopAddress(address: URL, sites: ShopSites): boolean {
  if (address.protocol !== 'http:' && address.protocol !== 'https:') return false
  const site = new URL(sites.url)
  if (
    [site, ...sites.others.map((other) => new URL(other))].some(({ origin }) => origin === address.origin)
  ) return true
  return LOOPBACK.includes(site.hostname) && LOOPBACK.includes(address.hostname)
}

/**
 * Where a page of the provider sends somebody back to: never to an address that somebody slipped in.
 * @param path of the shop, where none was asked for
 * @throws {Problem} 422 return_url_not_allowed
 */
export function returnAddress(wanted: string | undefined, path: string, sites: ShopSites): string {
  if (wanted === undefined) return new URL(path, sites.url).href
  const address = new URL(wanted)
  if (isShopAddress(address, sites)) return address.href
  throw new Problem(
    422,
    'return_url_not_allowed',
    `The return address must be on the site of the shop, ${new URL(sites.url).origin}.`,
  )
}

/** Reads a list of origins separated by commas, as the environment has it. */
export function siteList(list: string | undefined): string[] {
  return (list ?? '').split(',').map((origin) => origin.trim()).filter((origin) => origin !== '')
}
