import { z } from 'zod'

/** An address as an order keeps it. */
export const Address = z.object({
  name: z.string(),
  line1: z.string(),
  line2: z.string().nullish(),
  city: z.string(),
  region: z.string().nullish(),
  postal_code: z.string().nullish(),
  /** ISO 3166-1 alpha-2. */
  country: z.string(),
})
/** An address as an order keeps it. */
export type Address = z.infer<typeof Address>

/**
 * The lines that follow name and street, by country: the parts of a place in the order in which its post reads them, and
 * what stands between two of them. `/` ends a line.
 */
const PLACES: Record<string, string> = Object.fromEntries(
  Object.entries({
    'city region postal': 'US CA AU PR GU VI AS MP UM FM MH PW HK MO AE QA',
    'city/region/postal': 'GB GG IM JE IE FK GI LK ZA KE EG RU',
    'city postal/region': 'IN NZ SG BD NP PK SA JO LB IL NG MM BN KH',
    'city/region postal': 'UA TH ID VN AM',
    'city, region postal': 'JP CN KR TW PH',
    'postal city region': 'IT ES CU',
    'postal city, region': 'MX UY',
    'city - region/postal': 'BR',
    'city, region, postal': 'CO',
    'postal city / region': 'TR',
    'city, postal/region': 'LV',
  }).flatMap(([place, countries]) => countries.split(' ').map((country) => [country, place])),
)
/** Most of Europe and of the world. */
const ELSEWHERE = 'postal city/region'

/** Where an address written in the country's own script begins with the largest part and ends with the person. */
const LARGEST_FIRST: Record<string, string> = {
  JP: '〒postal/region city street',
  CN: 'postal/region city street',
  TW: 'postal/region city street',
  KR: 'region city street/postal',
}
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/**
 * The lines of an address as the post of its country wants them; the country last, by its name in the language of
 * whoever reads it.
 */
export function addressLines(address: Address, locale = 'en'): string[] {
  const country = new Intl.DisplayNames([locale], { type: 'region' }).of(address.country) ?? address.country
  const largestFirst = EAST_ASIAN.test(`${address.line1}${address.city}`)
    ? LARGEST_FIRST[address.country]
    : undefined
  if (largestFirst !== undefined) return [...placeLines(largestFirst, address), address.name, country]
  return [
    address.name,
    address.line1,
    address.line2 ?? '',
    ...placeLines(PLACES[address.country] ?? ELSEWHERE, address),
    country,
  ].filter((line) => line !== '')
}

function placeLines(format: string, address: Address): string[] {
  const region = address.region ?? ''
  // A city that is a region of its own is written once, where the code already says which one it is.
  const isSaid = format.startsWith('postal city') && region.toLowerCase() === address.city.toLowerCase()
  const parts: Record<string, string> = {
    street: [address.line1, address.line2].filter(Boolean).join(' '),
    city: address.city,
    region: isSaid ? '' : region,
    postal: address.postal_code ?? '',
  }
  return format.split(/(?<! )\/(?! )/).map((line) => {
    let written = ''
    // A part that is missing takes what stands before it along.
    for (const [, before, name] of line.matchAll(/([^a-z]*)([a-z]+)/g)) {
      const part = parts[name!]!
      if (part === '') continue
      written += written === '' ? before!.replace(/^[ ,/-]+/, '') + part : before! + part
    }
    return written
  }).filter((line) => line !== '')
}
