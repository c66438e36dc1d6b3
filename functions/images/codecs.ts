import {
  ColorProfile,
  ColorSpace,
  ConfigurationFiles,
  ImageMagick,
  type IMagickImage,
  initializeImageMagick,
  MagickError,
  MagickFormat,
  MagickGeometry,
  MagickReadSettings,
} from '@imagemagick/magick-wasm'
import type { Format, Header } from './header.ts'
import { mend } from './mend.ts'
import { type Placeholder, placeholderOf } from './placeholder.ts'
import { srgbProfile } from './srgb.ts'

/** A copy of a picture: upright, in sRGB, without what cameras and programs note beside it. */
export interface Copy {
  /** In pixels. */
  width: number
  height: number
  webp: Uint8Array<ArrayBuffer>
  /** The same, where AVIF is smaller. */
  avif: Uint8Array<ArrayBuffer> | null
}

/** A picture and its copies. */
export interface Copied {
  /** Of the picture itself when it stands upright, in pixels. */
  width: number
  height: number
  copies: Copy[]
  placeholder: Placeholder
}

/** What is done with pictures. */
export interface Codecs {
  /**
   * Copies of a picture, the largest first. Of an animation the first frame is taken; what is missing at the end of a
   * damaged file stays empty.
   * @param widths how wide they may be, falling; none is wider than the picture, and the first is that wide at most
   * @throws {UnreadableImage} for a file that cannot be read
   */
  copy(header: Header, bytes: Uint8Array, widths: number[]): Promise<Copied>
}

/** A file is no picture, whatever it says, or too broken to show anything. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage'
}

/** Good enough to look the same, on photographs as on drawings. */
const QUALITY = 80
/** From 0 (fast) to 6: one step less than usual, for 3 % more bytes and a third less time. */
const WEBP_EFFORT = '3'
/**
 * Looks as WebP's does. AVIF takes several times as long, and with less effort than this it is larger than WebP: so only
 * copies for lists and pages are tried, where it costs a quarter of a second.
 */
const AVIF_QUALITY = 60
const AVIF_SPEED = '8'
const WIDEST_AVIF = 800
/** Of what a placeholder is made. */
const PLACEHOLDER_SIDE = 32
/**
 * No other codec than those of these formats runs, and what would take more than a function has is refused instead of
 * ending the function. (A file may be worse than its header says.)
 */
const POLICY = `<policymap>
  <policy domain="delegate" rights="none" pattern="*"/>
  <policy domain="coder" rights="none" pattern="*"/>
  <policy domain="coder" rights="read | write" pattern="{JPEG,PNG,WEBP,GIF,AVIF,HEIC}"/>
  <policy domain="resource" name="width" value="12KP"/>
  <policy domain="resource" name="height" value="12KP"/>
  <policy domain="resource" name="memory" value="160MiB"/>
  <policy domain="resource" name="map" value="0B"/>
  <policy domain="resource" name="disk" value="0B"/>
</policymap>`

const FORMATS: Record<Format, MagickFormat> = {
  jpeg: MagickFormat.Jpeg,
  png: MagickFormat.Png,
  webp: MagickFormat.WebP,
  gif: MagickFormat.Gif,
  avif: MagickFormat.Avif,
  heic: MagickFormat.Heic,
}

/**
 * ImageMagick in WebAssembly, for runtimes that have no native codecs. It is compiled when it is first needed.
 * @param read reads a file of an npm package
 */
export function createCodecs(read: (specifier: string) => Promise<Uint8Array<ArrayBuffer>>): Codecs {
  let started: Promise<ColorProfile> | undefined
  const start = async () => {
    const module = await WebAssembly.compile(await read('@imagemagick/magick-wasm/magick.wasm'))
    const configuration = ConfigurationFiles.default
    configuration.policy.data = POLICY
    await initializeImageMagick(module, configuration)
    return new ColorProfile(srgbProfile())
  }
  return {
    async copy(header, bytes, widths) {
      const srgb = await (started ??= start())
      try {
        return copyWith(srgb, header, bytes, widths)
      } catch (error) {
        const mended = await mend(header.format, bytes)
        if (mended === null) throw unreadable(error)
        try {
          return copyWith(srgb, header, mended, widths)
        } catch (error) {
          throw unreadable(error)
        }
      }
    },
  }
}

/** Only what ImageMagick says about a file; anything else is a fault of ours. */
function unreadable(error: unknown): unknown {
  return error instanceof MagickError ? new UnreadableImage(error.message, { cause: error }) : error
}

function copyWith(srgb: ColorProfile, header: Header, bytes: Uint8Array, widths: number[]): Copied {
  const settings = new MagickReadSettings({ format: FORMATS[header.format], frameIndex: 0, frameCount: 1 })
  if (header.format === 'jpeg') {
    settings.setDefine(MagickFormat.Jpeg, 'size', sizeWhileDecoding(header, widths[0]!))
  }
  return ImageMagick.read(bytes, settings, (image) => {
    image.resetPage()
    // Only of a JPEG was less decoded than there is.
    const stored = header.format === 'jpeg' ? header : { width: image.width, height: image.height }
    const isOnItsSide = image.orientation >= 5
    const width = isOnItsSide ? stored.height : stored.width
    const height = isOnItsSide ? stored.width : stored.height
    const sizes = copySizes(width, height, widths)

    // Scaled down first: turning and colours then cost next to nothing, and no second picture of this size is held.
    const largest = sizes[0]!
    if (isOnItsSide) scale(image, largest.height, largest.width)
    else scale(image, largest.width, largest.height)
    image.autoOrient()
    toSrgb(image, srgb)
    image.strip()
    image.settings.setDefine(MagickFormat.WebP, 'method', WEBP_EFFORT)
    image.settings.setDefine(MagickFormat.Heic, 'speed', AVIF_SPEED)
    // Each from the one before: pixels get fewer every time.
    const copies = sizes.map((size): Copy => {
      scale(image, size.width, size.height)
      const webp = written(image, MagickFormat.WebP, QUALITY)
      const avif = size.width > WIDEST_AVIF ? null : written(image, MagickFormat.Avif, AVIF_QUALITY)
      return { ...size, webp, avif: avif !== null && avif.length < webp.length ? avif : null }
    })
    const least = Math.max(image.width, image.height) / PLACEHOLDER_SIDE
    if (least > 1) {
      scale(
        image,
        Math.max(1, Math.round(image.width / least)),
        Math.max(1, Math.round(image.height / least)),
      )
    }
    const pixels = image.getPixels((all) => all.toByteArray(0, 0, image.width, image.height, 'RGBA'))!
    return { width, height, copies, placeholder: placeholderOf(pixels, image.width, image.height) }
  })
}

function written(image: IMagickImage, format: MagickFormat, quality: number): Uint8Array<ArrayBuffer> {
  image.quality = quality
  return image.write(format, (data) => data.slice())
}

/**
 * The sizes of the copies: the widths asked for as far as the picture goes, and the picture's own where it is smaller.
 */
function copySizes(width: number, height: number, widths: number[]): { width: number; height: number }[] {
  const wanted = [Math.min(width, widths[0]!), ...widths.slice(1).filter((narrower) => narrower < width)]
  return [...new Set(wanted)].map((each) => ({
    width: each,
    height: Math.max(1, Math.round(height * each / width)),
  }))
}

/**
 * A JPEG can be decoded at n eighths of its size, in a fraction of time and memory: the smallest that still has enough
 * pixels, whichever way the picture will stand.
 */
function sizeWhileDecoding({ width, height }: Header, wanted: number): string {
  const eighths = Math.min(8, Math.ceil(8 * wanted / Math.min(width, height)))
  return `${Math.ceil(width * eighths / 8)}x${Math.ceil(height * eighths / 8)}`
}

function scale(image: IMagickImage, width: number, height: number): void {
  if (image.width === width && image.height === height) return
  const size = new MagickGeometry(width, height)
  size.ignoreAspectRatio = true
  image.resize(size)
}

/** Colours as the web has them. A picture that says nothing about its colours is taken as it is. */
function toSrgb(image: IMagickImage, srgb: ColorProfile): void {
  if (image.getColorProfile() !== null) image.transformColorSpace(srgb)
  if (image.colorSpace !== ColorSpace.sRGB) image.colorSpace = ColorSpace.sRGB
}
