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

/** No answer from the API, no connection to Postgres, too many of them, or a lost race: all of it passes. */
const PASSES = /^(|PGRST00[0-3]|08...|53...|40001|40P01|55P03|57P0.)$/

/**
 * What a failed call of a SQL function means. SQL raises `PTxyz` with the machine code in `detail`: both are kept, so the
 * client sees one vocabulary. What passes by itself is a 503; everything else is unexpected.
 */
export function fromPostgrest(error: PostgrestFailure): Error {
  const status = /^PT([45]\d\d)$/.exec(error.code)?.[1]
  if (status) return new Problem(Number(status), error.details ?? 'unknown', error.message, { cause: error })
  if (PASSES.test(error.code)) {
    return new Problem(503, 'service_unavailable', 'The service is busy. Try again in a moment.', {
      cause: error,
    })
  }
  return new Error(`${error.code}: ${error.message}`, { cause: error })
}
