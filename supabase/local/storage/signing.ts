import { z } from 'zod'
import { sendJson } from '../http.ts'
import { readJson, text, whole } from './body.ts'
import { readCaller } from './caller.ts'
import type { Exchange, Route, StorageContext } from './context.ts'
import { noSuchKey } from './errors.ts'
import { Transform, writeTransformations } from './images.ts'
import { checkKey } from './names.ts'
import { findObject } from './objects.ts'
import { factsOf } from './sessions.ts'
import { signDownloadToken } from './tokens.ts'

const expiresIn = whole.min(1, 'must be >= 1')
const Signing = z.object({ expiresIn, transform: Transform.optional() })
const ManySigning = z.object({
  expiresIn,
  paths: z.array(text, 'must be array').min(1, 'must NOT have fewer than 1 items'),
})

/** Signed download URLs, one or many. What the caller may not read cannot be signed. */
export const signingRoutes: Route[] = [
  { method: 'POST', pattern: '/object/sign/:bucket', handle: signMany },
  { method: 'POST', pattern: '/object/sign/:bucket/*', handle: signOne },
]

async function signOne(
  storage: StorageContext,
  { req, res, path, bucket, key }: Exchange,
): Promise<void> {
  const body = await readJson(req, Signing)
  const caller = await readCaller(req, storage.verifier)
  checkKey(key)
  const object = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.object.sign'),
    (tx) => findObject(tx, bucket, key),
  )
  if (object === undefined) throw noSuchKey()
  const url = `${bucket}/${key}`
  const transformations = storage.images === undefined || body.transform === undefined
    ? ''
    : writeTransformations(body.transform)
  const token = await signDownloadToken(
    storage.keys,
    url,
    body.expiresIn,
    transformations === '' ? {} : { transformations },
  )
  const route = transformations === '' ? 'object' : 'render/image'
  sendJson(res, 200, { signedURL: `/${route}/sign/${url}?token=${token}` })
}

async function signMany(storage: StorageContext, { req, res, path, bucket }: Exchange): Promise<void> {
  const { expiresIn, paths } = await readJson(req, ManySigning)
  const caller = await readCaller(req, storage.verifier)
  const found = await storage.sessions.run(
    caller,
    factsOf(req, path, 'storage.object.sign_many'),
    async (tx) =>
      await tx<{ name: string }[]>`
        select name from storage.objects where bucket_id = ${bucket} and name = any(${paths})`,
  )
  const readable = new Set(found.map((object) => object.name))
  sendJson(
    res,
    200,
    await Promise.all(paths.map(async (path) => {
      if (!readable.has(path)) {
        const error = 'Either the object does not exist or you do not have access to it'
        return { error, path, signedURL: null }
      }
      const url = `${bucket}/${path}`
      const token = await signDownloadToken(storage.keys, url, expiresIn)
      return { error: null, path, signedURL: `/object/sign/${url}?token=${token}` }
    })),
  )
}
