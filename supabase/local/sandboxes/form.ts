/** What a form with brackets decodes to: `a[b][0]=c` becomes `{ a: { b: { '0': 'c' } } }`. */
export interface Form {
  [name: string]: FormValue
}
/** A text, or what brackets open. */
export type FormValue = string | Form

/** Deeper nesting than any documented parameter has. */
const MAX_DEPTH = 8

/**
 * Decodes `application/x-www-form-urlencoded` with the bracket notation that payment APIs use.
 * Lists (`a[]=x`, `a[0]=x`) become objects with the keys "0", "1", …
 * @throws {FormError} on brackets that do not close, or a name used both as a value and as a parent
 */
export function decodeForm(body: string): Form {
  const root: Form = emptyForm()
  for (const [name, value] of new URLSearchParams(body)) assign(root, pathOf(name), value)
  return root
}

/**
 * Decodes `multipart/form-data`. A file becomes `{ name, type, size }`: what it holds is nobody's business here.
 * @throws {FormError} where a part does not end
 */
export function decodeMultipart(body: Buffer, boundary: string): Form {
  const root: Form = emptyForm()
  const edge = `--${boundary}`
  for (const part of body.toString('latin1').split(edge).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n')
    const name = /;\s*name="([^"]*)"/i.exec(part.slice(0, end))?.[1]
    if (end === -1 || name === undefined) throw new FormError('A part of the form has no name.')
    const content = part.slice(end + 4, -2)
    const file = /;\s*filename="([^"]*)"/i.exec(part.slice(0, end))?.[1]
    if (file === undefined) assign(root, pathOf(name), Buffer.from(content, 'latin1').toString('utf8'))
    else {
      const type = /content-type:\s*(\S+)/i.exec(part.slice(0, end))?.[1] ?? 'application/octet-stream'
      for (const [key, value] of Object.entries({ name: file, type, size: String(content.length) })) {
        assign(root, [...pathOf(name), key], value)
      }
    }
  }
  return root
}

/** Thrown for a form that cannot be understood. */
export class FormError extends Error {
  override readonly name = 'FormError'
}

function pathOf(name: string): string[] {
  const open = name.indexOf('[')
  if (open === -1) return [name]
  const rest = name.slice(open)
  if (open === 0 || !/^(\[[^[\]]*\])+$/.test(rest)) throw new FormError(`Invalid parameter name: ${name}`)
  const path = [name.slice(0, open), ...rest.slice(1, -1).split('][')]
  if (path.length > MAX_DEPTH) throw new FormError(`Parameter nested too deeply: ${name}`)
  return path
}

function assign(root: Form, path: string[], value: string): void {
  let parent = root
  for (const [depth, segment] of path.entries()) {
    const key = segment === '' ? String(Object.keys(parent).length) : segment
    if (depth === path.length - 1) {
      parent[key] = value
      return
    }
    const child = parent[key] ?? (parent[key] = emptyForm())
    if (typeof child === 'string') throw new FormError(`Invalid parameter: ${path[0]} is a value and a list`)
    parent = child
  }
}

// Without a prototype, so that a parameter called `constructor` or `__proto__` is a parameter like any other.
const emptyForm = (): Form => Object.create(null) as Form
