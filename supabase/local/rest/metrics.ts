/** How the service fares, told to Prometheus by the names that PostgREST uses. */
import type { KnowledgeKeeper } from './knowledge.ts'
import type { Pool } from './database/pool.ts'

/** The text format of Prometheus. */
export function metricsText(load: Pool['load'], loads: KnowledgeKeeper['loads']): string {
  const metrics: [name: string, help: string, kind: 'counter' | 'gauge', samples: Record<string, number>][] =
    [
      ['pgrst_db_pool_timeouts_total', 'Requests that waited too long for a connection', 'counter', {
        '': load.timeouts,
      }],
      ['pgrst_db_pool_available', 'Connections that are free', 'gauge', { '': load.available }],
      ['pgrst_db_pool_waiting', 'Requests that wait for a connection', 'gauge', { '': load.waiting }],
      ['pgrst_db_pool_max', 'Most connections', 'gauge', { '': load.size }],
      ['pgrst_schema_cache_loads_total', 'How often the catalogs were read', 'counter', {
        '{status="SUCCESS"}': loads.succeeded,
        '{status="FAIL"}': loads.failed,
      }],
      ['pgrst_schema_cache_query_time_seconds', 'How long the last reading took', 'gauge', {
        '': loads.seconds,
      }],
    ]
  return metrics.map(([name, help, kind, samples]) =>
    `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n` +
    Object.entries(samples).map(([labels, value]) => `${name}${labels} ${value}\n`).join('')
  ).join('')
}
