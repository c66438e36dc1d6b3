import { join } from 'node:path'
import process from 'node:process'
import ts from 'typescript'

/**
 * Compiles a module as if it stood at the top of the project, with the project's own settings.
 * @returns what the compiler has to say, a line each: the source line and the message
 */
export function compile(source: string): string[] {
  const path = join(process.cwd(), 'compiled-by-a-test.ts')
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd())
  const settings = { ...options, noUnusedLocals: false, noUnusedParameters: false }
  const host = ts.createCompilerHost(settings)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => name === path || fileExists(name)
  host.getSourceFile = (name, target, ...more) =>
    name === path ? ts.createSourceFile(name, source, target) : getSourceFile(name, target, ...more)
  const program = ts.createProgram([path], settings, host)
  const file = program.getSourceFile(path)!
  return ts.getPreEmitDiagnostics(program, file).map(({ start = 0, messageText }) => {
    const { line } = file.getLineAndCharacterOfPosition(start)
    return `${source.split('\n')[line]!.trim()} · ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
