/** The current instant as RFC 3339, which is how times travel between the database, this service and clients. */
export const now = (): string => new Date().toISOString()

/** An instant some seconds away from now. */
export const fromNow = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

/** Seconds between an instant and now; negative while it lies ahead. */
export const secondsSince = (instant: string): number => (Date.now() - Date.parse(instant)) / 1000

/** Whether a time that may be unset lies ahead. */
export const isAhead = (instant: string | null): boolean => instant !== null && secondsSince(instant) < 0

/** Postgres writes `2026-01-02 03:04:05.6+00` in UTC; clients expect `2026-01-02T03:04:05.6Z`. */
export const fromPostgres = (text: string): string => `${text.replace(' ', 'T').replace(/\+00(:00)?$/, '')}Z`
