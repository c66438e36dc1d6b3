import { createHash } from 'node:crypto'

/** Somebody who can sign in at the sandbox. */
export interface Person {
  name: string
  /** Absent for an account without an address. */
  email?: string
  /** Whether the provider vouches for the address. */
  emailVerified: boolean
}

/** Who is offered on the page; anybody else can be typed in. */
export const PEOPLE: Person[] = [
  { name: 'Ada Lovelace', email: 'ada@example.com', emailVerified: true },
  { name: 'Grace Hopper', email: 'grace@example.com', emailVerified: true },
  { name: 'Sam Unverified', email: 'sam@example.com', emailVerified: false },
  { name: 'Robin Without-Address', emailVerified: false },
]

/** What the provider says of a person. The same person always has the same `sub`. */
export function claimsOf({ name, email, emailVerified }: Person): Record<string, unknown> {
  const [given_name, ...rest] = name.split(' ')
  return {
    sub: createHash('sha256').update(email?.toLowerCase() ?? name).digest('hex').slice(0, 21),
    name,
    given_name,
    ...(rest.length === 0 ? {} : { family_name: rest.join(' ') }),
    ...(email === undefined ? {} : { email, email_verified: emailVerified }),
  }
}

/** Reads whom the form of the page names; `undefined` where it names nobody. */
export function personIn(form: URLSearchParams): Person | undefined {
  const chosen = PEOPLE[Number(form.get('person') ?? NaN)]
  if (chosen !== undefined) return chosen
  const [name, email] = [(form.get('name') ?? '').trim(), (form.get('email') ?? '').trim()]
  if (name === '' && email === '') return undefined
  return {
    name: name || email.split('@')[0]!,
    ...(email === '' ? {} : { email }),
    emailVerified: form.has('verified'),
  }
}
