import { supabase } from '../../supabase/official-cli.ts'

/** The SQL that would make the schema of one database (by its URL) that of another, as the official CLI finds it. */
export async function schemaDifference(from: string, to: string): Promise<string> {
  const answer = await supabase('db', 'diff', '--from', from, '--to', to, '--output-format', 'json')
  return (JSON.parse(answer) as { diff: string }).diff
}
