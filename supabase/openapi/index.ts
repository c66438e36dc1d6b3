import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import postgres from 'postgres'
import ts from 'typescript'
import { type Named, readCatalog, type Relation, type Verb } from './catalog.ts'
import { pathsOfFunctions, TYPES_OF_FUNCTIONS } from './functions.ts'
import { membersOf, type Schema, Schemas } from './schemas.ts'

const TYPES = ['supabase/api.types.ts', 'supabase/database.types.ts', ...TYPES_OF_FUNCTIONS]

/** Where the API is, and the database that it is described from. */
export interface Target {
  apiUrl: string
  /** As the owner of the project. */
  databaseUrl: string
}

/**
 * Describes the API as one document of OpenAPI 3.1: verbs, tables and views, edge functions. Names, rights and what is
 * written down of them come from the database; shapes from the generated types and from what the functions check.
 */
export async function describeApi({ apiUrl, databaseUrl }: Target): Promise<Schema> {
  const sql = postgres(databaseUrl, { max: 1 })
  const catalog = await readCatalog(sql).finally(() => sql.end())
  const schemas = new Schemas(TYPES)
  const generated = partsOf(schemas)
  const domains = domainsOfVerbs()
  const functions = pathsOfFunctions(schemas)
  const known = new Set(catalog.relations.map(({ name }) => name))
  const verbs = catalog.verbs.map((verb) => [`/rest/v1/rpc/${verb.name}`, {
    post: {
      tags: [domains.get(verb.name)],
      ...operationOf(
        verb,
        membersOf(generated.verbs.get(verb.name)!.type as ts.TypeLiteralNode),
        schemas,
        known,
      ),
    },
  }])
  const tags = new Set(catalog.verbs.map(({ name }) => domains.get(name)))
  const relations = catalog.relations.map((relation) => [`/rest/v1/${relation.name}`, pathOf(relation)])
  const rows = catalog.relations.map((relation) => [
    `row_${relation.name}`,
    rowOf(relation, generated.rows.get(relation.name), schemas),
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Marketbase',
      version: '1',
      description: 'Verbs, tables and edge functions. The steps of a marketplace with them: docs/api.md; ' +
        'every error code: docs/errors.md. Authorize with an API key, and with the access token of a session.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: apiUrl }],
    security: [{ key: [] }, { key: [], session: [] }],
    tags: [...[...tags].sort(), 'edge functions', 'tables and views'].map((name) => ({ name })),
    paths: { ...Object.fromEntries(verbs), ...functions, ...Object.fromEntries(relations) },
    components: {
      schemas: { ...schemas.named, ...Object.fromEntries(rows) },
      responses: RESPONSES,
      securitySchemes: {
        key: {
          type: 'apiKey',
          in: 'header',
          name: 'apikey',
          description: '`sb_publishable_…` or `sb_secret_…`',
        },
        session: {
          type: 'http',
          scheme: 'bearer',
          description: '`session.access_token` of who is signed in',
        },
      },
    },
  }
}

const RESPONSES = {
  error: {
    description: 'What was refused, by its code.',
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['code', 'message', 'details', 'hint'],
          properties: {
            code: { type: 'string', description: 'PT and the status, or the code of Postgres or PostgREST.' },
            message: { type: 'string', description: 'A sentence for people.' },
            details: { type: ['string', 'null'], description: 'The code of docs/errors.md: branch on it.' },
            hint: { type: ['string', 'null'], description: 'What to do.' },
          },
        },
      },
    },
  },
  problem: {
    description: 'What was refused, by its code.',
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['code', 'message'],
          properties: {
            code: { type: 'string', description: 'The code of docs/errors.md: branch on it.' },
            message: { type: 'string', description: 'A sentence for people.' },
          },
        },
      },
    },
  },
}

/** The generated types of verbs, and of rows by table or view. */
function partsOf(schemas: Schemas) {
  const literal = (members: Map<string, ts.PropertySignature>, name: string) =>
    membersOf(members.get(name)!.type as ts.TypeLiteralNode)
  const schema = literal(schemas.members('Database'), 'public')
  return {
    verbs: literal(schema, 'Functions'),
    rows: new Map([...literal(schema, 'Tables'), ...literal(schema, 'Views')]),
  }
}

/** Which domain a verb belongs to: the folder that its file is in. */
function domainsOfVerbs(): Map<string, string> {
  const files = readdirSync('supabase/schemas', { recursive: true, encoding: 'utf8' })
  return new Map(
    files.filter((file) => file.endsWith('.sql')).map((file) => [basename(file, '.sql'), dirname(file)]),
  )
}

function operationOf(
  verb: Verb,
  parts: Map<string, ts.PropertySignature>,
  schemas: Schemas,
  relations: Set<string>,
): Schema {
  return {
    operationId: verb.name,
    ...textsOf(verb.comment),
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: withFormats(schemas.of(parts.get('Args')!.type!), verb.parameters) },
      },
    },
    responses: {
      200: {
        description: 'Done.',
        content: { 'application/json': { schema: answerOf(parts, schemas, relations) } },
      },
      default: { $ref: '#/components/responses/error' },
    },
  }
}

/** What a verb answers: rows of a table by their name, everything else as it is. */
function answerOf(
  parts: Map<string, ts.PropertySignature>,
  schemas: Schemas,
  relations: Set<string>,
): Schema {
  const returns = parts.get('Returns')!.type!
  const from = parts.get('SetofOptions')?.type
  const to = from && membersOf(from as ts.TypeLiteralNode).get('to')!.type!.getText().slice(1, -1)
  if (to === undefined || !relations.has(to)) return schemas.of(returns)
  const row = rowReference({ name: to })
  return returns.kind === ts.SyntaxKind.ArrayType ? { type: 'array', items: row } : row
}

const rowReference = ({ name }: { name: string }): Schema => ({ $ref: `#/components/schemas/row_${name}` })

function pathOf(relation: Relation): Schema {
  const common = { tags: ['tables and views'], ...textsOf(relation.comment) }
  const refused = { default: { $ref: '#/components/responses/error' } }
  const filters = relation.columns.map(({ name, comment }) => ({
    name,
    in: 'query',
    description: [comment, 'A filter, such as `eq.…`.'].filter((text) => text !== null).join('\n\n'),
    schema: { type: 'string' },
  }))
  const query = (name: string, description: string) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  })
  const prefer = {
    name: 'Prefer',
    in: 'header',
    description: '`return=representation`',
    schema: { type: 'string' },
  }
  const body = (columns: string[]) => ({
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(
            columns.map((
              column,
            ) => [column, { $ref: `${rowReference(relation)['$ref']}/properties/${column}` }]),
          ),
        },
      },
    },
  })
  const { name, insertable, updatable, isDeletable } = relation
  const done = { 204: { description: 'Done.' }, ...refused }
  return {
    get: {
      operationId: `select_${name}`,
      ...common,
      parameters: [
        query('select', 'Columns, and tables that belong to a row: `id,name,store:stores(name)`.'),
        query('order', 'Such as `created_at.desc`.'),
        query('limit', 'How many rows at most.'),
        query('offset', 'How many rows are left out.'),
        ...filters,
      ],
      responses: {
        200: {
          description: 'The rows that the caller may see.',
          content: { 'application/json': { schema: { type: 'array', items: rowReference(relation) } } },
        },
        ...refused,
      },
    },
    ...(insertable.length === 0 ? {} : {
      post: {
        operationId: `insert_${name}`,
        ...common,
        parameters: [prefer],
        requestBody: body(insertable),
        responses: { 201: { description: 'Written.' }, ...refused },
      },
    }),
    ...(updatable.length === 0 ? {} : {
      patch: {
        operationId: `update_${name}`,
        ...common,
        parameters: [prefer, ...filters],
        requestBody: body(updatable),
        responses: done,
      },
    }),
    ...(isDeletable
      ? {
        delete: {
          operationId: `delete_${name}`,
          ...common,
          parameters: [prefer, ...filters],
          responses: done,
        },
      }
      : {}),
  }
}

function rowOf(relation: Relation, generated: ts.PropertySignature | undefined, schemas: Schemas): Schema {
  const row = membersOf(generated!.type as ts.TypeLiteralNode).get('Row')!.type as ts.TypeLiteralNode
  return { description: relation.comment, ...withFormats(schemas.of(row), relation.columns) }
}

/** The beginning of a comment says what it is; all of it, what else there is to know. */
function textsOf(comment: string | null): Schema {
  return comment === null ? {} : { summary: comment.split(/[.:;](?=\s|$)/, 1)[0], description: comment }
}

/** JSON schema's names for what a type of SQL looks like as text. */
const FORMATS: Record<string, string> = {
  uuid: 'uuid',
  date: 'date',
  'timestamp with time zone': 'date-time',
}
const INTEGERS = ['smallint', 'integer', 'bigint']

/** Adds what only the database knows of each property: whether a number is whole, what a text is, what it means. */
function withFormats(schema: Schema, columns: Named[]): Schema {
  const properties = schema['properties'] as Record<string, Schema> | undefined
  if (properties === undefined) return schema
  for (const { name, type, comment } of columns) {
    const property = properties[name]
    if (property === undefined) continue
    const format = FORMATS[type.replace('[]', '')]
    const refine = (part: Schema) => {
      if (INTEGERS.includes(type)) part['type'] = replaceType(part['type'], 'number', 'integer')
      if (format !== undefined && [part['type']].flat().includes('string')) part['format'] = format
    }
    refine(type.endsWith('[]') ? property['items'] as Schema ?? property : property)
    if (comment !== null) property['description'] = comment
  }
  return schema
}

function replaceType(types: unknown, from: string, to: string): unknown {
  return Array.isArray(types) ? types.map((type) => type === from ? to : type) : types === from ? to : types
}
