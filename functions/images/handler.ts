import { z } from 'zod'
import { allowMethods, answering, type Handler, readJson } from '../_shared/http.ts'
import { type Dependencies, prepareImage } from './core.ts'

/** What it takes. */
export const PrepareImage = z.strictObject({
  // As objects are named in Storage, below the folder of a store, without steps to other folders.
  path: z.string().max(300)
    .regex(/^[0-9a-f-]{36}\/[^\\]+$/, 'not a path below the folder of a store')
    .refine((path) => !path.split('/').some((step) => ['', '.', '..'].includes(step)), 'not a plain path')
    .refine((path) => !/\.[0-9a-f]{16}\.w\d+\.(webp|avif)$/.test(path), 'is a copy already'),
})

/** `POST /images` `{path}`: makes web copies of a picture in the bucket `store-media`. */
export function createHandler(deps: Dependencies): Handler {
  return answering(async (req) => {
    allowMethods(req, 'POST')
    return Response.json(await prepareImage(deps, (await readJson(req, PrepareImage)).path))
  })
}
