/** The one error a handler may throw on purpose. Anything else is a bug and becomes a 500. */
export class Problem extends Error {
  /** HTTP status of the answer. */
  readonly status: number
  /** What clients branch on; listed in docs/errors.md. */
  readonly code: string
  /** Further members of the answer's body. */
  readonly details: Record<string, unknown>

  constructor(
    status: number,
    code: string,
    message: string,
    options: ErrorOptions & { details?: Record<string, unknown> } = {},
  ) {
    super(message, options)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.details = options.details ?? {}
  }
}

/** An error as PostgREST reports it. */
export interface PostgrestFailure {
  code: string
  message: string
  details: string | null
}

/**
 * What a failed call of a SQL function means. SQL raises `PTxyz` with the machine code in `detail`: both are kept, so the
 * client sees one vocabulary. Everything else is unexpected.
 */
export function fromPostgrest(error: PostgrestFailure): Error {
  const status = /^PT([45]\d\d)$/.exec(error.code)?.[1]
  if (!status) return new Error(`${error.code}: ${error.message}`, { cause: error })
  return new Problem(Number(status), error.details ?? 'unknown', error.message, { cause: error })
}
