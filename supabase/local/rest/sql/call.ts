/** Calls of functions in SQL. */
import { arrayLiteral } from '../catalog/load.ts'
import { type Parameter, returnsScalar, returnsSetOfScalar } from '../catalog/catalog.ts'
import type { Call } from '../plan/plan.ts'
import { writeColumn } from './conditions.ts'
import { writeRows } from './mutate.ts'
import { type SqlWriter } from './writer.ts'

const CALL = { schema: '', name: 'pgrst_call' }

/** The statement that calls the function, whose rows are the result. */
export function writeCall(sql: SqlWriter, call: Call): void {
  const { routine, args, parameters, returning } = call
  const isScalar = returnsScalar(routine) || returnsSetOfScalar(routine)
  sql.raw('SELECT ')
  if (isScalar) sql.raw('pgrst_call.pgrst_scalar')
  else if (returning.length === 0) sql.raw('*')
  else sql.list(returning, ', ', (name) => writeColumn(sql, CALL, name))
  sql.raw(' ')
  const callWith = (writeArguments: () => void) => {
    if (isScalar) sql.raw('(SELECT ')
    sql.qualified(routine).raw('(')
    writeArguments()
    sql.raw(isScalar ? ') pgrst_scalar) pgrst_call' : ') pgrst_call')
  }
  if (args.kind === 'body') {
    sql.raw('FROM ')
    const bytes = args.parameter.type === 'bytea' ? `\\x${args.bytes.toString('hex')}` : args.bytes
    callWith(() => sql.value(bytes).raw(`::${args.parameter.type}`))
  } else if (parameters.length === 0) {
    sql.raw('FROM ')
    callWith(() => {})
  } else if (args.kind === 'json') {
    const columns = parameters.map(({ name, wideType }) => ({
      name,
      type: wideType,
      default: null,
      transform: undefined,
    }))
    writeRows(sql, args.payload, columns, { applyDefaults: false, onlyFirst: true })
    sql.raw(', LATERAL ')
    callWith(() =>
      sql.list(parameters, ', ', ({ name, variadic }) => {
        sql.raw(variadic ? 'VARIADIC ' : '').name(name).raw(' := pgrst_body.').name(name)
      })
    )
  } else {
    sql.raw('FROM ')
    callWith(() => sql.list(parameters, ', ', (parameter) => writeArgument(sql, parameter, args.values)))
  }
}

function writeArgument(
  sql: SqlWriter,
  { name, variadic, wideType }: Parameter,
  values: ReadonlyMap<string, string | readonly string[]>,
): void {
  const value = values.get(name)
  sql.raw(variadic ? 'VARIADIC ' : '').name(name).raw(' := ')
  if (value === undefined) sql.raw('NULL')
  else sql.value(typeof value === 'string' ? value : arrayLiteral(value))
  sql.raw(`::${wideType}`)
}
