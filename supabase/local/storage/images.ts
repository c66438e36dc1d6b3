import sharp, { type Sharp } from 'sharp'
import { z } from 'zod'
import { oneOf, readQuery, whole } from './body.ts'
import type { Exchange, Handler, Route, StorageContext } from './context.ts'
import { commonHeaders, disposition, openObject, sendMissing } from './downloads.ts'
import { invalidRequest, RequestError, StorageError } from './errors.ts'
import type { ObjectRow } from './objects.ts'
import { type Access, findReadable } from './reading.ts'
import { readDownloadToken } from './tokens.ts'

/** Pixels, or a part of the side if it is less than 1. */
const offset = z.coerce.number('must be number')

/** The shape of a transformation, in a query string and in the body of a request for a signed URL. */
export const Transform = z.object({
  width: whole.min(0, 'must be >= 0').optional(),
  height: whole.min(0, 'must be >= 0').optional(),
  resize: oneOf('cover', 'contain', 'fill').optional(),
  format: oneOf('origin', 'avif', 'webp').optional(),
  quality: whole.min(20, 'must be >= 20').max(100, 'must be <= 100').optional(),
  // Which part stays when the picture is cut to fit: a side, a corner, the centre, what catches the eye, or a point.
  gravity: oneOf('ce', 'no', 'so', 'ea', 'we', 'noea', 'nowe', 'soea', 'sowe', 'sm', 'fp').optional(),
  x_offset: offset.optional(),
  y_offset: offset.optional(),
}).refine(
  ({ gravity, x_offset, y_offset }) =>
    gravity !== 'fp' || [x_offset, y_offset].every((part) => part !== undefined && part >= 0 && part <= 1),
  'a focus point needs x_offset and y_offset between 0 and 1',
)
export type Transform = z.output<typeof Transform>

/** The sides of a rendition, in pixels, are brought between these. */
const SMALLEST_SIDE = 1
const LARGEST_SIDE = 2000

/** An original with more pixels is refused: it would take gigabytes of memory. */
const MOST_PIXELS = 50_000_000

/** A larger original is refused, in bytes. */
const LARGEST_ORIGINAL = 25_000_000

/** Frames of an animation that are kept. */
const MOST_FRAMES = 60

const DEFAULT_QUALITY = 80

/** What is slightly broken is shown as far as it goes, as browsers show it. */
const READING = { limitInputPixels: MOST_PIXELS, failOn: 'none' } as const

interface Size {
  width: number
  height: number
}

/** How many renditions are made at once; the others wait. */
const AT_ONCE = 2

/** What X-Transformations calls the ways to fit an image. */
const RESIZING = { cover: 'fill', contain: 'fit', fill: 'force' } as const

/** Image transformation on the way out. Nothing is stored: a rendition is made for each request. */
export const imageRoutes: Route[] = [
  {
    method: 'GET',
    pattern: '/render/image/public/:bucket/*',
    handle: render('public', 'storage.render.image_public'),
  },
  {
    method: 'GET',
    pattern: '/render/image/authenticated/:bucket/*',
    handle: render('authenticated', 'storage.render.image_authenticated'),
  },
  { method: 'GET', pattern: '/render/image/sign/:bucket/*', handle: renderSigned },
]

function render(access: Access, operation: string): Handler {
  return async (storage, exchange) => {
    const transform = readQuery(exchange.query, Transform)
    await deliver(storage, exchange, () => findReadable(storage, exchange, access, operation), transform)
  }
}

async function renderSigned(storage: StorageContext, exchange: Exchange): Promise<void> {
  const { bucket, key, query } = exchange
  const grant = await readDownloadToken(storage.verifier, query, `${bucket}/${key}`)
  await deliver(
    storage,
    exchange,
    () => findReadable(storage, exchange, 'signed', 'storage.render.image_sign'),
    parseTransformations(grant.transformations ?? ''),
    grant.expiresAt,
  )
}

async function deliver(
  storage: StorageContext,
  { req, res, query }: Exchange,
  find: () => Promise<ObjectRow>,
  transform: Transform,
  expiresAt?: number,
): Promise<void> {
  if (storage.images === undefined) throw new Error('the routes of images are not in use without a renderer')
  const opened = await openObject(storage, find)
  if (opened === undefined) return sendMissing(res)
  const { object, file } = opened
  try {
    const { size } = await file.stat()
    if (size > LARGEST_ORIGINAL) throw cannotProcess('Source image file is too big')
    const acceptsWebp = req.headers.accept?.includes('image/webp') === true
    const rendition = await storage.images.render(await file.readFile(), transform, acceptsWebp)
    res.writeHead(200, {
      'accept-ranges': 'bytes',
      'content-type': rendition.type,
      'content-length': rendition.bytes.length,
      ...commonHeaders(object, expiresAt),
      'x-transformations': describeApplied(transform),
      ...disposition(query.get('download')),
    })
    res.end(req.method === 'HEAD' ? undefined : rendition.bytes)
  } finally {
    await file.close()
  }
}

/** A transformed image, ready to send. */
export interface Rendition {
  bytes: Buffer
  /** MIME type. */
  type: string
}

/** Makes renditions, a bounded number at once. */
export class ImageRenderer {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /**
   * Transforms an image.
   * @param acceptsWebp whether the reader takes WebP, which is then preferred unless a format is asked for
   * @throws {StorageError} InvalidRequest for what is no image, or one that is too large
   */
  async render(original: Buffer, transform: Transform, acceptsWebp: boolean): Promise<Rendition> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resume) => this.#waiting.push(resume))
    this.#running += 1
    try {
      return await transformImage(original, transform, acceptsWebp)
    } catch (error) {
      if (error instanceof StorageError) throw error
      console.error('storage: a rendition could not be made:', (error as Error).message)
      throw invalidRequest('The source image is invalid or unsupported for rendering')
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }
}

async function transformImage(
  original: Buffer,
  transform: Transform,
  acceptsWebp: boolean,
): Promise<Rendition> {
  const { format, pages = 1, autoOrient } = await sharp(original, READING).metadata()
  const width = clamp(transform.width)
  const height = clamp(transform.height)
  const image = sharp(original, { ...READING, pages: Math.min(pages, MOST_FRAMES) }).autoOrient()
  const isCut = width !== undefined && height !== undefined && (transform.resize ?? 'cover') === 'cover'
  if (isCut && transform.gravity !== undefined && pages === 1) {
    cut(image, autoOrient, { width, height }, transform)
  } else if (width !== undefined || height !== undefined) {
    image.resize({
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      fit: ({ cover: 'cover', contain: 'inside', fill: 'fill' } as const)[transform.resize ?? 'cover'],
      withoutEnlargement: true,
    })
  }
  const target = targetFormat(format, transform.format, acceptsWebp)
  const quality = transform.quality ?? DEFAULT_QUALITY
  const bytes = await image.toFormat(target, target === 'png' || target === 'gif' ? {} : { quality })
    .toBuffer()
  return { bytes, type: `image/${target}` }
}

/** Covers `target` with a picture and cuts off what stands out, away from where it is drawn to. */
function cut(image: Sharp, size: Size, target: Size, { gravity, x_offset, y_offset }: Transform): void {
  if (gravity === 'sm') {
    image.resize({ ...target, fit: 'cover', position: 'attention', withoutEnlargement: true })
    return
  }
  const factor = Math.min(1, Math.max(target.width / size.width, target.height / size.height))
  const scaled = { width: Math.round(size.width * factor), height: Math.round(size.height * factor) }
  const kept = {
    width: Math.min(target.width, scaled.width),
    height: Math.min(target.height, scaled.height),
  }
  const from = (side: 'width' | 'height', low: string, high: string, offset = 0): number => {
    const room = scaled[side] - kept[side]
    const shift = Math.abs(offset) < 1 ? offset * scaled[side] : offset
    const start = gravity === 'fp'
      ? offset * scaled[side] - kept[side] / 2
      : gravity?.includes(low)
      ? shift
      : gravity?.includes(high)
      ? room - shift
      : room / 2 + shift
    return Math.round(Math.min(Math.max(start, 0), room))
  }
  image.resize({ ...scaled, fit: 'fill' }).extract({
    left: from('width', 'we', 'ea', x_offset),
    top: from('height', 'no', 'so', y_offset),
    ...kept,
  })
}

function targetFormat(
  original: string | undefined,
  asked: Transform['format'],
  acceptsWebp: boolean,
): 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' {
  if (asked === 'avif' || asked === 'webp') return asked
  if (asked === undefined && acceptsWebp) return 'webp'
  switch (original) {
    case 'jpeg':
    case 'png':
    case 'gif':
    case 'webp':
      return original
    case 'heif':
      return 'avif'
    case 'svg':
      return 'png'
    default:
      return 'jpeg'
  }
}

const cannotProcess = (reason: string) =>
  new StorageError('ImageProcessingError', 422, 'ImageProcessingError', reason)

/** A side of 0 means: whatever the proportions give. */
function clamp(side: number | undefined): number | undefined {
  return side === undefined || side === 0 ? undefined : Math.min(Math.max(side, SMALLEST_SIDE), LARGEST_SIDE)
}

/** What the response says has been done, as `height:200,width:200,resizing_type:fill,quality:60`. */
function describeApplied(transform: Transform): string {
  return [
    transform.height ? `height:${clamp(transform.height)}` : '',
    transform.width ? `width:${clamp(transform.width)}` : '',
    transform.height || transform.width ? `resizing_type:${RESIZING[transform.resize ?? 'cover']}` : '',
    describeGravity(transform),
    transform.quality ? `quality:${transform.quality}` : '',
    transform.format !== undefined && transform.format !== 'origin' ? `format:${transform.format}` : '',
  ].filter((part) => part !== '').join(',')
}

/** Writes a transformation into a signed token, as `height:200,width:200,resize:cover`. */
export function writeTransformations(transform: Transform): string {
  return [
    transform.height ? `height:${clamp(transform.height)}` : '',
    transform.width ? `width:${clamp(transform.width)}` : '',
    transform.height || transform.width ? `resize:${transform.resize ?? 'cover'}` : '',
    describeGravity(transform),
    transform.quality ? `quality:${transform.quality}` : '',
    transform.format !== undefined && transform.format !== 'origin' ? `format:${transform.format}` : '',
  ].filter((part) => part !== '').join(',')
}

/** `gravity:no:10:0`; the offsets only where one is given. */
function describeGravity({ gravity, x_offset, y_offset }: Transform): string {
  if (gravity === undefined) return ''
  const offsets = x_offset === undefined && y_offset === undefined ? [] : [x_offset ?? 0, y_offset ?? 0]
  return ['gravity', gravity, ...offsets].join(':')
}

function parseTransformations(text: string): Transform {
  const parts = text.split(',').filter((part) => part !== '').map((part) => part.split(':'))
  const given: Record<string, string | undefined> = {}
  for (const [name, value, x, y] of parts) {
    given[name!] = value
    if (x !== undefined) Object.assign(given, { x_offset: x, y_offset: y })
  }
  const parsed = Transform.safeParse(given)
  if (!parsed.success) throw new RequestError('the signed transformation is not valid')
  return parsed.data
}
