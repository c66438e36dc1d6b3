import type { AuthConfig } from './config.ts'
import { isAhead, secondsSince } from './times.ts'
import type { SessionRow } from './store/sessions.ts'

/** Why a session is over: its time is up, or nobody used it. */
export type SessionEnd = 'expired' | 'inactive'

/**
 * @param refreshedAt when the session's refresh token was last touched
 * @returns why the session is over, or undefined while it lasts
 */
export function endOf(session: SessionRow, config: AuthConfig, refreshedAt?: string): SessionEnd | undefined {
  const { timebox, inactivity_timeout: inactivity } = config.sessions
  if (session.not_after !== null && !isAhead(session.not_after)) return 'expired'
  if (timebox > 0 && secondsSince(session.created_at) > timebox) return 'expired'
  if (inactivity > 0) {
    const touched = [session.created_at, session.refreshed_at, refreshedAt]
      .filter((at) => at !== null && at !== undefined)
      .map(secondsSince)
    if (Math.min(...touched) > inactivity) return 'inactive'
  }
  return undefined
}
