/** The release of PostgREST whose interface this service has: the one that the project's Supabase CLI runs. */
export const VERSION = '16.5'
