import { z } from 'zod'
import { fromPostgrest, type PostgrestFailure } from './problem.ts'

/**
 * Calls a SQL function of the API by name and checks what comes back.
 * @throws {Problem} what the function raised on purpose
 * @throws {Error} anything else: the database cannot be reached, or answers something unexpected
 */
export type CallSql = <T>(name: string, args: Record<string, unknown>, result: z.ZodType<T>) => Promise<T>

/** The part of a Supabase client that functions use, whatever database types it was made with. */
interface RpcClient {
  rpc(name: never, args: never): PromiseLike<{ data: unknown; error: PostgrestFailure | null }>
}

/** Calls SQL functions as whoever the client stands for. */
export function sqlThrough(client: RpcClient): CallSql {
  return async (name, args, result) => {
    const { data, error } = await client.rpc(name as never, args as never)
    if (error) throw fromPostgrest(error)
    const parsed = result.safeParse(data)
    if (parsed.success) return parsed.data
    throw new Error(`${name} answered something unexpected: ${z.prettifyError(parsed.error)}`)
  }
}

/** What a function that returns `void` answers. */
export const Nothing = z.unknown().transform(() => undefined)

/** An amount in minor units. */
export const Amount = z.number().int().safe()

/** An ISO 4217 code, upper case, as the database keeps it. */
export const Currency = z.string().regex(/^[A-Z]{3}$/)
