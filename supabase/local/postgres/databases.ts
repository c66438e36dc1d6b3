import { connect, type Database } from '../database.ts'

/** Clones a database: the cheapest way to a fresh one. Nobody may be connected to the template meanwhile. */
export async function cloneDatabase(template: Database, name: string): Promise<Database> {
  const sql = connect({ ...template, name: 'template1' }, 'supabase_admin', { max: 1 })
  try {
    await sql`create database ${sql(name)} owner postgres template ${sql(template.name)}`
    return { ...template, name }
  } finally {
    await sql.end()
  }
}

/** Drops a database and cuts whoever is connected to it. */
export async function dropDatabase(database: Database): Promise<void> {
  const sql = connect({ ...database, name: 'template1' }, 'supabase_admin', { max: 1 })
  try {
    await sql`drop database if exists ${sql(database.name)} with (force)`
  } finally {
    await sql.end()
  }
}
