import { parse } from 'libpg-query'
import type {
  CommentStmt,
  CreatePolicyStmt,
  CreateTrigStmt,
  FunctionParameter,
  GrantStmt,
  Node,
  ObjectWithArgs,
  RangeVar,
  TypeName,
} from '@pgsql/types'

/** What one file of SQL declares. Names are written as a statement of SQL writes them. */
export interface Declared {
  /** By signature (`private.move_stock(uuid, integer)`), what `create or replace` cannot change: parameters and result. */
  functions: Map<string, string>
  /** `_500_effects on public.stock_levels`. */
  triggers: Set<string>
  /** By name, the whole statement. */
  views: Map<string, string>
  /** `orders_select_anon on public.orders`. */
  policies: Set<string>
  /** `execute on function private.move_stock(uuid, integer) to authenticated`. */
  grants: Set<string>
  /** The first words of every statement that belongs to none of the above. */
  others: string[]
}

type Statement<Kind extends string> = Extract<Node, Record<Kind, unknown>>

/** Reads a file of SQL with Postgres' own parser. */
export async function declaredBy(sql: string): Promise<Declared> {
  const declared: Declared = {
    functions: new Map(),
    triggers: new Set(),
    views: new Map(),
    policies: new Set(),
    grants: new Set(),
    others: [],
  }
  const bytes = new TextEncoder().encode(sql)
  const { stmts } = await parse(sql) as {
    stmts: { stmt: Node; stmt_location?: number; stmt_len?: number }[]
  }
  for (const { stmt, stmt_location: start = 0, stmt_len: length } of stmts) {
    const text = new TextDecoder().decode(
      bytes.subarray(start, length === undefined ? undefined : start + length),
    )
    note(declared, stmt, text.trim())
  }
  return declared
}

function note(declared: Declared, stmt: Node, text: string): void {
  if ('CreateFunctionStmt' in stmt) {
    const { funcname, parameters, returnType } = (stmt as Statement<'CreateFunctionStmt'>).CreateFunctionStmt
    const all = (parameters ?? []).map((node) =>
      (node as { FunctionParameter: FunctionParameter }).FunctionParameter
    )
    const taken = all.filter(({ mode }) => mode !== 'FUNC_PARAM_TABLE' && mode !== 'FUNC_PARAM_OUT')
    declared.functions.set(
      `${dotted(funcname)}(${taken.map(({ argType }) => typeText(argType)).join(', ')})`,
      JSON.stringify([
        returnType && typeText(returnType),
        all.map(({ name, mode, argType, defexpr }) => [name, mode, typeText(argType), defexpr !== undefined]),
      ]),
    )
  } else if ('CreateTrigStmt' in stmt) {
    const { trigname, relation } = stmt.CreateTrigStmt as CreateTrigStmt
    declared.triggers.add(`${trigname} on ${relationText(relation)}`)
  } else if ('CreatePolicyStmt' in stmt) {
    const { policy_name, table } = stmt.CreatePolicyStmt as CreatePolicyStmt
    declared.policies.add(`${policy_name} on ${relationText(table)}`)
  } else if ('ViewStmt' in stmt) {
    declared.views.set(relationText((stmt as Statement<'ViewStmt'>).ViewStmt.view), text)
  } else if ('GrantStmt' in stmt) {
    for (const grant of grants(stmt.GrantStmt as GrantStmt)) declared.grants.add(grant)
  } else if (!isCommentOrDrop(stmt)) {
    declared.others.push(text.replace(/^(--.*\n|\s)+/, '').split('\n', 1)[0]!)
  }
}

/** Comments go with what they describe; `drop … if exists` stands before a `create` that has no `or replace`. */
function isCommentOrDrop(stmt: Node): boolean {
  if ('CommentStmt' in stmt) {
    const { objtype } = stmt.CommentStmt as CommentStmt
    return ['OBJECT_FUNCTION', 'OBJECT_VIEW', 'OBJECT_POLICY', 'OBJECT_TRIGGER'].includes(objtype ?? '')
  }
  return 'DropStmt' in stmt && ['OBJECT_POLICY', 'OBJECT_TRIGGER'].includes(
    (stmt as Statement<'DropStmt'>).DropStmt.removeType ?? '',
  )
}

function grants({ is_grant, objtype, objects, privileges, grantees }: GrantStmt): string[] {
  if (!is_grant || (objtype !== 'OBJECT_FUNCTION' && objtype !== 'OBJECT_TABLE')) return []
  const rights = (privileges ?? []).map((node) => (node as Statement<'AccessPriv'>).AccessPriv.priv_name)
  const roles = (grantees ?? []).map((node) => (node as Statement<'RoleSpec'>).RoleSpec.rolename ?? 'public')
  const names = (objects ?? []).map((node) =>
    'ObjectWithArgs' in node
      ? `function ${signature(node.ObjectWithArgs as ObjectWithArgs)}`
      : `table ${relationText((node as Statement<'RangeVar'>).RangeVar)}`
  )
  return names.flatMap((name) =>
    rights.flatMap((right) => roles.map((role) => `${right} on ${name} to ${role}`))
  )
}

function signature({ objname, objargs }: ObjectWithArgs): string {
  return `${dotted(objname)}(${
    (objargs ?? []).map((node) => typeText((node as Statement<'TypeName'>).TypeName)).join(', ')
  })`
}

function relationText(relation: RangeVar | undefined): string {
  return `${relation?.schemaname}.${relation?.relname}`
}

function typeText(type: TypeName | undefined): string {
  const name = dotted(type?.names).replace(/^pg_catalog\./, '')
  return `${type?.setof ? 'setof ' : ''}${name}${'[]'.repeat(type?.arrayBounds?.length ?? 0)}`
}

function dotted(names: Node[] | undefined): string {
  return (names ?? []).map((node) => (node as Statement<'String'>).String.sval).join('.')
}
