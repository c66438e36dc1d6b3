import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { connectAs, createDatabase } from '../../supabase/local/testing/index.ts'

/**
 * Registers one pgTAP file as one test: it runs whole, as `postgres`, against a clone of its own, and fails with every
 * line that is not ok, and when the number of tests is not the planned one.
 */
export function testFile(path: string): void {
  test(path, async () => {
    const database = await createDatabase('project')
    const sql = connectAs(database, 'postgres')
    await sql`create extension if not exists pgtap with schema extensions`
    const script = await expand(path)
    const results = await sql.unsafe(script).simple() as unknown as Record<string, unknown>[] | Record<
      string,
      unknown
    >[][]
    const lines = tapLines(results)
    const verdict = judge(lines)
    expect(verdict, `\n${lines.join('\n')}\n`).toEqual([])
    // A file is many tests, and the machine may be busy.
  }, 120_000)
}

/**
 * The text of a file, with `-- include: actors, orders` replaced by what tests/database/support/ has under these names: the
 * people and shops that several files talk about.
 */
async function expand(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  const names = /^-- include: (.+)$/m.exec(text)?.[1]?.split(', ') ?? []
  const parts = await Promise.all(
    names.map((name) => readFile(`tests/database/support/${name}.sql`, 'utf8')),
  )
  return text.replace(/^-- include: .+$/m, () => parts.join('\n'))
}

/** The text of every row of every result: pgTAP's functions answer with TAP lines. */
function tapLines(results: Record<string, unknown>[] | Record<string, unknown>[][]): string[] {
  return (results as unknown[]).flat()
    .flatMap((row) => Object.values(row as Record<string, unknown>))
    .filter((value) => typeof value === 'string')
    .flatMap((value) => value.split('\n'))
}

/** What is wrong with a TAP stream; nothing if it is as planned. What is put off (`# todo`, `# skip`) is wrong, too. */
function judge(lines: string[]): string[] {
  const plan = lines.map((line) => /^1\.\.(\d+)/.exec(line)).find((match) => match !== null)
  const ran = lines.filter((line) => /^(not )?ok\b/.test(line))
  const failed = ran.filter((line) => line.startsWith('not ok') || /# (todo|skip)\b/i.test(line))
  if (plan === undefined || plan === null) return ['no plan', ...failed]
  const planned = Number(plan[1])
  return planned === ran.length ? failed : [`planned ${planned} tests but ran ${ran.length}`, ...failed]
}
