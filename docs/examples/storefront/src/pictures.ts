import { supabase } from './supabase.ts'

/** A smaller copy of a picture, made by the function `images`. */
export interface Copy {
  path: string
  width: number
  /** The same as AVIF, where that is smaller. */
  avif_path: string | null
  /** What there is most of in the picture. */
  color: string | null
}

/** How many pictures one request may ask for. */
const AT_ONCE = 100

const known = new Map<string, Promise<Copy[]>>()
let waiting: { path: string; resolve: (copies: Copy[]) => void }[] = []

/** The copies of a picture, the narrowest first. All that a screen asks for in one moment is one request. */
export function copiesOf(path: string): Promise<Copy[]> {
  let copies = known.get(path)
  if (copies === undefined) {
    copies = new Promise((resolve) => {
      if (waiting.push({ path, resolve }) === 1) queueMicrotask(ask)
    })
    known.set(path, copies)
  }
  return copies
}

async function ask(): Promise<void> {
  const all = waiting
  waiting = []
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const asked = all.slice(from, from + AT_ONCE)
    const { data } = await supabase.rpc('get_image_copies', { paths: asked.map(({ path }) => path) })
    for (const { path, resolve } of asked) {
      resolve((data ?? []).filter(({ original }) => original === path))
    }
  }
}

export function pictureUrl(path: string): string {
  return supabase.storage.from('store-media').getPublicUrl(path).data.publicUrl
}
