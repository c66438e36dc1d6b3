import { z } from 'zod'

/** One number, as the database reports it. */
export const Sample = z.object({
  name: z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
  type: z.enum(['counter', 'gauge', 'histogram']),
  help: z.string(),
  labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.coerce.string()).nullish(),
  value: z.coerce.number(),
})
export type Sample = z.infer<typeof Sample>

/**
 * Prometheus sends a credential as `Authorization: Bearer …` and nothing else, so a secret key may come that way, too.
 * @returns the request as if the key had come in the header `apikey`
 */
export function withBearerAsKey(req: Request): Request {
  const key = /^Bearer (sb_secret_\S+)$/.exec(req.headers.get('authorization') ?? '')?.[1]
  if (key === undefined || req.headers.has('apikey')) return req
  const headers = new Headers(req.headers)
  headers.set('apikey', key)
  headers.delete('authorization')
  return new Request(req, { headers })
}

/** Parts of a histogram belong under the name without their suffix. */
const HISTOGRAM_SUFFIX = /_(bucket|sum|count)$/

/**
 * Writes numbers in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), each family
 * together under one description.
 */
export function exposition(samples: Sample[]): string {
  const families = new Map<string, Sample[]>()
  for (const sample of samples) {
    const family = sample.type === 'histogram' ? sample.name.replace(HISTOGRAM_SUFFIX, '') : sample.name
    families.set(family, [...families.get(family) ?? [], sample])
  }
  let text = ''
  for (const [family, members] of families) {
    text += `# HELP ${family} ${members[0]!.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`
    text += `# TYPE ${family} ${members[0]!.type}\n`
    for (const { name, labels, value } of members) text += `${name}${labelText(labels ?? {})} ${value}\n`
  }
  return text
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    return `${name}="${escaped}"`
  })
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
