/**
 * What Node and the Deno process say to each other: one JSON object per line. Node writes to Deno's stdin; Deno writes
 * to its stdout, each line after a mark that functions cannot guess, so that what they print is never taken for it.
 */

/** The first line that Node writes. */
export interface Greeting {
  /** Stands before every message of Deno. */
  mark: string
}

/** What Node asks for. `id` names one run of a function's worker. */
export type Command =
  | { type: 'boot'; id: number; name: string; entrypoint: string }
  /** Finish what is under way, then end. */
  | { type: 'retire'; id: number }
  /** End at once if it does not answer within `withinMs` milliseconds. */
  | { type: 'check'; id: number; withinMs: number }

/** What Deno tells. */
export type Report =
  | { type: 'ready' }
  | { type: 'listening'; id: number; port: number }
  | { type: 'failed'; id: number; reason: string }
  | { type: 'ended'; id: number; reason: string }
  | { type: 'log'; id: number; text: string }

/** What the main worker tells the worker of one function. */
export type WorkerCommand = { type: 'boot'; entrypoint: string } | { type: 'retire' } | { type: 'check' }

/** What the worker of one function tells the main worker. */
export type WorkerReport =
  | { type: 'listening'; port: number }
  | { type: 'failed'; reason: string }
  | { type: 'retired' }
  | { type: 'exited'; code: number }
  | { type: 'alive' }
  | { type: 'log'; text: string }
