import { execFile } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

/**
 * Runs the official Supabase CLI on this project and gives back what it printed.
 * @param args the command and its flags
 */
export async function supabase(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join('node_modules', '.bin', 'supabase'), args, {
    maxBuffer: 50_000_000,
    env: {
      ...process.env,
      PGSSLMODE: 'disable',
      SUPABASE_TELEMETRY_DISABLED: '1',
      // The CLI reads config.toml before every command and insists on a secret of the right form.
      SEND_SMS_HOOK_SECRETS: `v1,whsec_${Buffer.alloc(32).toString('base64')}`,
      SUPABASE_AUTH_SMS_TWILIO_AUTH_TOKEN: 'unused',
    },
  })
  return stdout
}
