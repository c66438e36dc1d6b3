import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** A JSON schema of 2020-12, as OpenAPI 3.1 has them. */
export type Schema = Record<string, unknown>

/** What a reference to a schema of the document begins with. */
const COMPONENTS = '#/components/schemas/'

/**
 * Turns types of TypeScript into JSON schemas. Types that a file exports under a name become schemas of that name; what is
 * written down of them (their comments) is their description.
 */
export class Schemas {
  readonly #types = new Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>()
  /** The schemas that were referred to. */
  readonly named: Record<string, Schema> = {}

  /** @param files whose types may be named; of two types of a name the first file's counts */
  constructor(files: string[]) {
    for (const file of files) {
      const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
      for (const node of source.statements) {
        if (!ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)) continue
        if (!this.#types.has(node.name.text)) this.#types.set(node.name.text, node)
      }
    }
  }

  /** A reference to the schema of a type, which is made when it is first asked for. */
  reference(name: string): Schema {
    if (!(name in this.named)) {
      const node = this.#declaration(name)
      this.named[name] = {} // It may refer to itself.
      this.named[name] = described(node, this.#declared(node))
    }
    return { $ref: COMPONENTS + name }
  }

  /** The members of an interface or of an alias of an object, by name. */
  members(name: string): Map<string, ts.PropertySignature> {
    const node = this.#declaration(name)
    const own = membersOf(ts.isInterfaceDeclaration(node) ? node : node.type as ts.TypeLiteralNode)
    const inherited = ts.isInterfaceDeclaration(node)
      ? (node.heritageClauses ?? []).flatMap(({ types }) => types)
        .flatMap(({ expression }) => [...this.members(expression.getText())])
      : []
    return new Map([...inherited, ...own])
  }

  /** The schema of a type. */
  of(node: ts.TypeNode): Schema {
    if (ts.isParenthesizedTypeNode(node)) return this.of(node.type)
    if (ts.isArrayTypeNode(node)) return { type: 'array', items: this.of(node.elementType) }
    if (ts.isTypeLiteralNode(node)) return this.object([...membersOf(node).values()])
    if (ts.isUnionTypeNode(node)) return this.#union(node.types)
    if (ts.isIntersectionTypeNode(node)) return { allOf: node.types.map((type) => this.of(type)) }
    if (ts.isLiteralTypeNode(node)) return constant(node)
    if (ts.isIndexedAccessTypeNode(node)) return this.#indexed(node)
    if (ts.isTypeReferenceNode(node)) return this.#named(node)
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: 'string' }
      case ts.SyntaxKind.NumberKeyword:
        return { type: 'number' }
      case ts.SyntaxKind.BooleanKeyword:
        return { type: 'boolean' }
      case ts.SyntaxKind.UndefinedKeyword:
        return { type: 'null' }
      case ts.SyntaxKind.UnknownKeyword:
        return {}
    }
    throw new Error(`There is no schema for ${node.getText()}.`)
  }

  /** The schema of an object with these members. */
  object(members: ts.PropertySignature[]): Schema {
    const required = members.filter(({ questionToken }) => questionToken === undefined).map(nameOf)
    return {
      type: 'object',
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(
        members.map((member) => [nameOf(member), described(member, this.of(member.type!))]),
      ),
    }
  }

  #declaration(name: string) {
    const node = this.#types.get(name)
    if (node === undefined) throw new Error(`There is no type ${name}.`)
    return node
  }

  #declared(node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration): Schema {
    return ts.isInterfaceDeclaration(node)
      ? this.object([...this.members(node.name.text).values()])
      : this.of(node.type)
  }

  #union(types: readonly ts.TypeNode[]): Schema {
    const schemas = types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map((type) =>
      this.of(type)
    )
    const words = schemas.filter((schema) => 'const' in schema).map((schema) => schema['const'])
    const others = schemas.filter((schema) => !('const' in schema))
    const simple = others.every((schema) => Object.keys(schema).join() === 'type')
    if (words.length === 0 && simple) return { type: others.map(({ type }) => type) }
    const all = [...(words.length === 0 ? [] : [{ enum: words }]), ...others]
    if (all.length === 1) return all[0]!
    if (words.length > 0 && others.length === 1 && others[0]!['type'] === 'null') {
      return { enum: [...words, null] }
    }
    return { anyOf: all }
  }

  /** `Columns['orders']['shipping_address']`, of interfaces of interfaces. */
  #indexed(node: ts.IndexedAccessTypeNode): Schema {
    const path: string[] = []
    let object: ts.TypeNode = node
    while (ts.isIndexedAccessTypeNode(object)) {
      path.unshift(object.indexType.getText().slice(1, -1))
      object = object.objectType
    }
    const [first, ...rest] = path
    let type = this.members(object.getText()).get(first!)!.type!
    for (const name of rest) type = membersOf(type as ts.TypeLiteralNode).get(name)!.type!
    return this.of(type)
  }

  #named(node: ts.TypeReferenceNode): Schema {
    const name = node.typeName.getText()
    const [first, second] = node.typeArguments ?? []
    if (name === 'Record') {
      if (second!.kind === ts.SyntaxKind.NeverKeyword) return { type: 'object' }
      return { type: 'object', additionalProperties: this.of(second!) }
    }
    if (name === 'Array') return { type: 'array', items: this.of(first!) }
    if (name === 'Json' || name === 'NonNullable') return {} // Any JSON, which null is not in SQL.
    // They are many, and have a page of their own.
    if (name === 'ErrorCode') return { type: 'string', description: 'A code of docs/errors.md.' }
    return this.reference(name)
  }
}

/** The members of a type by name. */
export function membersOf(
  node: ts.TypeLiteralNode | ts.InterfaceDeclaration,
): Map<string, ts.PropertySignature> {
  return new Map(node.members.filter(ts.isPropertySignature).map((member) => [nameOf(member), member]))
}

const nameOf = ({ name }: ts.PropertySignature) => (name as ts.Identifier | ts.StringLiteral).text

function described(node: ts.Node, schema: Schema): Schema {
  const [comment] = ts.getJSDocCommentsAndTags(node)
  const description = comment === undefined ? undefined : ts.getTextOfJSDocComment(comment.comment)
  return description === undefined ? schema : { description, ...schema }
}

function constant({ literal }: ts.LiteralTypeNode): Schema {
  switch (literal.kind) {
    case ts.SyntaxKind.NullKeyword:
      return { type: 'null' }
    case ts.SyntaxKind.TrueKeyword:
      return { const: true }
    case ts.SyntaxKind.FalseKeyword:
      return { const: false }
  }
  const { text } = literal as ts.LiteralExpression
  return { const: ts.isNumericLiteral(literal) ? Number(text) : text }
}
