export * from '../../supabase/local/testing/index.ts'
export { schemaDifference } from './schema.ts'
