import { z } from 'zod'

const count = (fallback: number) => z.number().int().positive().default(fallback)
const milliseconds = (fallback: number) => z.number().int().nonnegative().default(fallback)

/**
 * Section `[realtime]` of config.toml, and what only the local platform can set. The limits are those of a hosted
 * project on the largest self-service plan; tests and benchmarks override them.
 */
export const RealtimeConfig = z.object({
  enabled: z.boolean().default(true),
  /** Understood by the official CLI; addresses are the gateway's business here. */
  ip_version: z.enum(['IPv4', 'IPv6']).default('IPv4'),
  /** Understood by the official CLI; Node's own limit applies here. */
  max_header_length: z.number().int().positive().default(4096),
  /** Refuse every channel that is not private, like the hosted setting "Allow public access" when it is off. */
  private_only: z.boolean().default(false),
  limits: z.object({
    /** Sockets with at least one channel. */
    concurrent_users: count(10_000),
    /** Broadcasts sent and delivered, averaged over a minute. */
    events_per_second: count(2_500),
    joins_per_second: count(2_500),
    channels_per_socket: count(100),
    presence_events_per_second: count(1_000),
    /** Presence calls that one channel of one socket may make in `presence_window_ms`. */
    presence_calls_per_window: count(5),
    presence_window_ms: count(30_000),
    /** Largest broadcast or presence payload, in thousands of bytes. */
    payload_kb: count(3_000),
    /** Largest change that postgres_changes shows whole, in bytes. */
    change_bytes: count(1_048_576),
    /** What may wait for one slow socket before it is cut off, in bytes. */
    unsent_bytes: count(16_777_216),
  }).prefault({}),
  timing: z.object({
    /** Upstream holds a failed upgrade for 2 s, to slow down attackers. */
    connect_error_delay_ms: milliseconds(100),
    /** Upstream holds a failed join for 5 s. */
    join_error_delay_ms: milliseconds(200),
    /** A socket that sends nothing for this long is closed. */
    idle_timeout_ms: count(60_000),
    /** How long `replication_ready: true` may wait. */
    replication_ready_timeout_ms: count(60_000),
    /** Longest time between two checks of a channel's token. */
    token_check_ms: count(300_000),
    /** A subscription to changes that failed for a passing reason is tried again after about this long. */
    subscribe_retry_ms: count(5_000),
  }).prefault({}),
})

/** Parsed form of {@link RealtimeConfig}. */
export type RealtimeConfig = z.output<typeof RealtimeConfig>
