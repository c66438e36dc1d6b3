import decodeJpeg, { init as initJpeg } from '@jsquash/jpeg/decode.js'
import decodePng, { init as initPng } from '@jsquash/png/decode.js'
import scale, { initResize } from '@jsquash/resize'
import decodeWebp, { init as initWebpDecoder } from '@jsquash/webp/decode.js'
import encodeWebp, { init as initWebpEncoder } from '@jsquash/webp/encode.js'

/** A decoded picture: four bytes (RGBA) a pixel. */
export interface Pixels {
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
}

/** What is done with pictures. */
export interface Codecs {
  /** Turned as its EXIF data says. @throws {Error} for a damaged file */
  decode(format: 'jpeg' | 'png' | 'webp', bytes: ArrayBuffer): Promise<Pixels>
  resize(pixels: Pixels, width: number, height: number): Promise<Pixels>
  encodeWebp(pixels: Pixels): Promise<ArrayBuffer>
}

/** Good enough to look the same, on photographs as on drawings. */
const QUALITY = 80

/**
 * Codecs in WebAssembly, for runtimes that have no native ones. Each module is compiled when it is first needed.
 * @param read reads a file of an npm package, such as `@jsquash/webp/codec/dec/webp_dec.wasm`
 */
export function createCodecs(read: (specifier: string) => Promise<Uint8Array<ArrayBuffer>>): Codecs {
  const once = (start: (module: WebAssembly.Module) => Promise<unknown>, specifier: string) => {
    let started: Promise<unknown> | undefined
    return () => started ??= read(specifier).then((bytes) => WebAssembly.compile(bytes)).then(start)
  }
  const ready = {
    jpeg: once(initJpeg, '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'),
    png: once(initPng, '@jsquash/png/codec/pkg/squoosh_png_bg.wasm'),
    webp: once(initWebpDecoder, '@jsquash/webp/codec/dec/webp_dec.wasm'),
    resize: once(initResize, '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm'),
    encode: once(initWebpEncoder, '@jsquash/webp/codec/enc/webp_enc_simd.wasm'),
  }
  const decoders = {
    jpeg: (bytes: ArrayBuffer) => decodeJpeg(bytes, { preserveOrientation: true }),
    png: (bytes: ArrayBuffer) => decodePng(bytes),
    webp: (bytes: ArrayBuffer) => decodeWebp(bytes),
  }
  provideImageData()
  return {
    async decode(format, bytes) {
      await ready[format]()
      // Eight bits a channel: what none of these decoders goes beyond unless asked to.
      return await decoders[format](bytes) as Pixels
    },
    async resize(pixels, width, height) {
      await ready.resize()
      let source = pixels
      while (source.width >= 2 * width && source.height >= 2 * height) source = halve(source)
      if (source.width === width && source.height === height) return source
      const options = {
        width,
        height,
        method: 'lanczos3',
        premultiply: !isOpaque(source),
        linearRGB: false,
      } as const
      return await scale(source as ImageData, options) as Pixels
    },
    async encodeWebp(pixels) {
      await ready.encode()
      return await encodeWebp(pixels as ImageData, { quality: QUALITY })
    },
  }
}

function isOpaque({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false
  return true
}

/**
 * Half the size, each pixel the mean of four, weighed by how opaque they are. Far cheaper than a good filter, which has
 * nothing to add while there are pixels to spare; the time of a function is counted in milliseconds.
 */
function halve({ data, width, height }: Pixels): Pixels {
  const halfWidth = width >> 1
  const halfHeight = height >> 1
  const half = new Uint8ClampedArray(halfWidth * halfHeight * 4)
  for (let y = 0, to = 0; y < halfHeight; y++) {
    for (let x = 0; x < halfWidth; x++, to += 4) {
      const a = (2 * y * width + 2 * x) * 4
      const b = a + width * 4
      const wa = data[a + 3]!
      const wb = data[a + 7]!
      const wc = data[b + 3]!
      const wd = data[b + 7]!
      const sum = wa + wb + wc + wd
      half[to + 3] = (sum + 2) >> 2
      if (sum === 0) continue
      for (let c = 0; c < 3; c++) {
        half[to + c] =
          (data[a + c]! * wa + data[a + 4 + c]! * wb + data[b + c]! * wc + data[b + 4 + c]! * wd) / sum
      }
    }
  }
  return { data: half, width: halfWidth, height: halfHeight }
}

/** The codecs make their results as browsers know them; Node has no such class. */
function provideImageData(): void {
  if ('ImageData' in globalThis) return
  Object.assign(globalThis, {
    ImageData: class implements Pixels {
      constructor(
        readonly data: Uint8ClampedArray<ArrayBuffer>,
        readonly width: number,
        readonly height: number,
      ) {}
    },
  })
}
