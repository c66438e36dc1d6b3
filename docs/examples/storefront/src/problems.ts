import { FunctionsHttpError } from '@supabase/supabase-js'
import { hasWords, t } from './words.ts'

/** Why something was refused: the code to branch on, and a sentence for people. */
export interface Problem {
  code: string
  message: string
  hint: string | undefined
}

/** Verbs tell their code in `details`, edge functions in the body, Auth and Storage in `code`. */
export async function problemOf(error: unknown): Promise<Problem> {
  const { code, message, hint } = await codeAndMessage(error)
  const key = `error.${code}`
  return { code, message: hasWords(key) ? t(key) : message, hint }
}

async function codeAndMessage(error: unknown): Promise<Problem> {
  if (error instanceof FunctionsHttpError) {
    const body = await (error.context as Response).json().catch(() => ({})) as {
      code?: string
      message?: string
    }
    return { code: body.code ?? '', message: body.message ?? error.message, hint: undefined }
  }
  const { details, hint, code, message } = error as {
    details?: string | null
    hint?: string | null
    code?: string
    message?: string
  }
  // A request that was never answered has no code of anybody.
  if (/fetch/i.test(message ?? '') && !code) {
    return { code: 'offline', message: t('error.offline'), hint: undefined }
  }
  const isVerb = code?.startsWith('PT') === true
  return {
    code: (isVerb ? details : code) ?? '',
    message: message ?? String(error),
    hint: hint ?? undefined,
  }
}
