import postgres from 'postgres'

/** Why a channel was not joined, in upstream's codes and words. */
export class JoinRefused extends Error {
  override readonly name = 'JoinRefused'
  /**
   * @param code upstream's error code, the first half of the reason a client sees; empty where upstream gives none
   * @param closesSocket whether the whole socket is disconnected as well
   */
  constructor(readonly code: string, message: string, readonly closesSocket = false) {
    super(message)
  }

  /** What the client sees. */
  get reason(): string {
    return this.code === '' ? this.message : `${this.code}: ${this.message}`
  }
}

/** The database could not be asked, or could not answer; which is different from a policy that says no. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure'
  constructor(readonly code: string, message: string) {
    super(message)
  }
}

const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
])

/** Whether an error says that the connection is gone, not that the statement was wrong. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error)
  return CONNECTION_CODES.has(code) || code.startsWith('08') || code.startsWith('57P')
}

/** Puts a failed statement into upstream's words, or gives undefined for an error of the statement itself. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  if (isConnectionError(error)) {
    return new DatabaseFailure(
      'UnableToConnectToProject',
      'Realtime was unable to connect to the project database',
    )
  }
  const message = error instanceof Error ? error.message : String(error)
  switch (codeOf(error)) {
    case '53300':
      return new DatabaseFailure(
        'DatabaseLackOfConnections',
        "Database can't accept more connections, Realtime won't connect",
      )
    case '57014':
      return new DatabaseFailure('QueryCanceled', message)
    case '23514':
      if (!message.includes('no partition of relation')) return undefined
      return new DatabaseFailure(
        'MissingPartition',
        'Realtime was unable to find the expected messages partition',
      )
    default:
      return undefined
  }
}

/** SQLSTATE of a database error, code of a system error, or an empty string. */
export function codeOf(error: unknown): string {
  if (error instanceof postgres.PostgresError) return error.code
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
