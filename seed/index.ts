import { createClient } from '@supabase/supabase-js'
import { drawProduct } from './artwork.ts'

/** Pictures of the seed are stored as `<store id>/seed/<product number>.png`. */
const SEED_PICTURE = /\/seed\/(\d{3})\.png$/

/** Uploads under way at once. */
const PARALLEL = 8

/** A picture that a product of the seed names. */
interface Wanted {
  path: string
  products: { categories: { name: string } }
}

/**
 * Uploads the demo products' pictures, which SQL cannot: they go through Storage like a seller's own.
 * Safe to repeat; pictures already there are replaced by the same ones.
 * @param project where to upload: the API URL and a secret key
 */
export default async function seedPictures(project: { url: string; secretKey: string }): Promise<void> {
  const supabase = createClient(project.url, project.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    // Realtime is not used here; the stand-in keeps Node 20, which has no WebSocket of its own, from being refused.
    realtime: { transport: class {} as unknown as typeof WebSocket },
  })
  const { data: media, error } = await supabase.from('product_media')
    .select('path, products!inner(categories!inner(name))').like('path', '%/seed/%')
    .overrideTypes<Wanted[], { merge: false }>()
  if (error) throw new Error(`The demo pictures could not be listed: ${error.message}`)

  const queue = [...media]
  const upload = async () => {
    for (let wanted = queue.pop(); wanted !== undefined; wanted = queue.pop()) {
      const { path, products } = wanted
      const number = Number(SEED_PICTURE.exec(path)?.[1])
      if (Number.isNaN(number)) continue
      const picture = await drawProduct(products.categories.name, number)
      const { error } = await supabase.storage
        .from('store-media')
        .upload(path, picture, { contentType: 'image/png', upsert: true, cacheControl: '31536000' })
      if (error) throw new Error(`${path} could not be uploaded: ${error.message}`)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, upload))
}
