import { createClient, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js'
import { drawProduct } from '../../seed/artwork.ts'
import { clientOptions, must, signInByPhone } from '../../supabase/local/testing/client.ts'
import { Inbox, type Message } from '../../supabase/local/testing/inbox.ts'

/** A Supabase project with Marketbase in it, and the inbox that shows what it sends. */
export interface Project {
  apiUrl: string
  publishableKey: string
  inboxUrl: string
}

/** One step of the walk: what was done, and what came back. */
export interface Step {
  title: string
  result: unknown
}

/** What a broadcast of an order carries. */
interface OrderBroadcast {
  event: string
  payload: Record<string, unknown>
}

/** How long a broadcast or a message may take to arrive, in milliseconds. */
const PATIENCE_MS = 20_000

/**
 * The main job of a marketplace, end to end, as a frontend would do it: a seller opens a store and lists a product, a
 * visitor fills a cart, signs in, orders and pays by card, and the parcel is followed to the door; then she books a visit. Everything goes through
 * an unmodified supabase-js with the publishable key; codes are read from the inbox, as a person would.
 */
export async function* mainJob(project: Project): AsyncGenerator<Step, void, void> {
  const inbox = new Inbox(project.inboxUrl)
  const connect = () => createClient(project.apiUrl, project.publishableKey, clientOptions())
  const sellerClient = connect()
  const customerClient = connect()
  const suffix = String(Date.now()).slice(-7)

  try {
    // 1. A seller signs in by phone and opens a store; a link comes back.
    const seller = await signInByPhone(sellerClient, inbox, `+1998${suffix}`)
    yield {
      title: 'A seller signs in with a code sent to her phone',
      result: { id: seller.user.id, phone: seller.user.phone },
    }

    const store = await must(sellerClient.rpc('create_store', {
      name: 'Harbour Light Lamps',
      line1: '4 Quay Street',
      city: 'Hudson',
      region: 'NY',
      postal_code: '12534',
      country_code: 'US',
      currency: 'USD',
      time_zone: 'America/New_York',
    }))
    yield { title: 'She opens a store; its link comes back', result: pick(store, 'id', 'slug', 'status') }

    // 2. She adds a product with a picture, in a category that did not exist.
    const path = `${store.id}/lamps/harbour-lamp.png`
    const uploaded = await must(
      sellerClient.storage.from('store-media').upload(path, drawProduct(2, 0, 3), {
        contentType: 'image/png',
      }),
    )
    const product = await must(sellerClient.rpc('save_product', {
      store_id: store.id,
      name: 'Harbour Lamp',
      description: 'A brass lamp that was a ship’s light once.',
      category: `Ship Lamps ${suffix}`,
      mrp_amount: 8900,
      price_amount: 7400,
      quantity: 5,
      images: [{ path: uploaded.path, alt: 'A brass lamp' }],
    }))
    yield {
      title: 'She adds a product, its picture and a new category',
      result: pick(product, 'id', 'name', 'category', 'mrp_amount', 'price_amount', 'currency', 'images'),
    }

    // 3. A visitor opens the store by its link and fills a cart, without an account.
    const opened = await must(customerClient.rpc('get_store_by_link', { link: store.slug }))
    yield { title: 'A visitor opens the store by its link', result: pick(opened, 'id', 'name', 'slug') }

    const catalog = await must(customerClient.rpc('get_store_catalog', { link: store.slug }))
    yield {
      title: 'and sees the catalog, grouped by category, largest first',
      result: catalog.categories.map((
        category: { name: string; products: { name: string; price_amount: number }[] },
      ) => ({
        category: category.name,
        products: category.products.map((product) => pick(product, 'name', 'price_amount')),
      })),
    }

    const { data: variants, error } = await customerClient
      .from('product_variants').select('id').eq('product_id', product.id)
    if (error) throw error
    const variantId = variants[0]!.id as string
    const guestCart = await must(customerClient.rpc('add_to_cart', { variant_id: variantId, quantity: 2 }))
    yield {
      title: 'She puts two lamps into a cart that the server keeps',
      result: {
        ...pick(guestCart, 'id', 'item_count', 'total_amount', 'currency'),
        token: '(told once, kept by the browser)',
      },
    }

    // 4. She signs in; the cart becomes hers; she orders: stock is reserved, the order waits for its payment.
    const customer = await signInByPhone(customerClient, inbox, `+1997${suffix}`)
    const claimed = await must(customerClient.rpc('claim_cart', { cart_token: guestCart.token }))
    yield {
      title: 'She signs in by phone, and the cart becomes hers',
      result: pick(claimed, 'id', 'item_count', 'total_amount'),
    }

    const heardBySeller = await listen(sellerClient, `store:${store.id}:orders`)
    const heardByCustomer = await listen(customerClient, `user:${customer.user.id}`)

    const { data: address, error: addressError } = await customerClient.from('addresses').insert({
      recipient_name: 'Nina Castell',
      line1: '12 Elm Row',
      city: 'Albany',
      region: 'NY',
      postal_code: '12203',
      country_code: 'US',
    }).select('id').single()
    if (addressError) throw addressError
    const email = `nina-${Number(suffix).toString(36)}@marketbase.example`
    await confirmEmail(customerClient, inbox, email)
    const checkout = await must(customerClient.rpc('checkout', {
      idempotency_key: `main-job-${suffix}`,
      payment_method: 'card',
      shipping_address_id: address.id,
      expected_total_amount: claimed.total_amount,
    }))
    yield { title: 'She gives an address and checks out; the stock is hers for a while', result: checkout }
    const orderId = checkout.orders[0].id as string

    // 5. She pays by card. The provider's signed webhook confirms the order.
    const { data: payment, error: paymentError } = await customerClient.functions.invoke('payments/intents', {
      body: { checkout_id: checkout.checkout_id, payment_method: 'pm_card_visa' },
    })
    if (paymentError) throw paymentError
    yield { title: 'She pays by card', result: pick(payment, 'payment_id', 'status') }

    const confirmed = await heardByCustomer.until(tellsStatus('confirmed'))
    yield { title: 'The webhook arrives: her channel says the order is confirmed', result: confirmed }

    // 6. The seller saw it arrive; she ships it and it is delivered; the customer hears of each step.
    const arrived = await heardBySeller.until((payload) => payload['order_id'] === orderId)
    yield { title: 'The seller’s channel shows the order', result: arrived }

    await must(sellerClient.rpc('advance_order', { order_id: orderId, status: 'processing' }))
    await must(sellerClient.rpc('advance_order', {
      order_id: orderId,
      status: 'shipped',
      carrier: 'UPS',
      tracking_number: '1Z999AA10123456784',
    }))
    const shipped = await heardByCustomer.until(tellsStatus('shipped'))
    yield { title: 'The seller ships it; the customer’s channel says so', result: shipped }

    await must(sellerClient.rpc('advance_order', { order_id: orderId, status: 'delivered' }))
    const delivered = await heardByCustomer.until(tellsStatus('delivered'))
    yield { title: 'and that it was delivered', result: delivered }

    await must(customerClient.rpc('confirm_receipt', { order_id: orderId }))
    const { data: order, error: orderError } = await customerClient
      .from('orders')
      .select(
        'reference, status, payment_status, total_amount, currency, order_lines(product_name, quantity, total_amount)',
      )
      .eq('id', orderId).single()
    if (orderError) throw orderError
    yield { title: 'She confirms the receipt; her order says', result: order }

    const mail = await letter(inbox, email, /^Your order .+ at /)
    yield { title: 'The confirmation stands in her inbox', result: pick(mail, 'from', 'to', 'subject') }

    // 7. The shop can be visited, too: she takes a free time, and her calendar gets it by mail.
    const adviser = await must(sellerClient.rpc('save_staff', { store_id: store.id, name: 'Ines' }))
    await must(sellerClient.rpc('set_opening_hours', {
      store_id: store.id,
      hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '09:00', closes: '17:00' })),
    }))
    const service = await must(sellerClient.rpc('save_service', {
      store_id: store.id,
      name: 'Lighting advice',
      duration_minutes: 45,
      staff_ids: [adviser.id],
    }))
    yield {
      title: 'The seller offers appointments',
      result: pick(service, 'name', 'duration_minutes', 'status'),
    }

    const tomorrow = Date.now() + 24 * 3600 * 1000
    const slots = await must(customerClient.rpc('available_slots', {
      service_id: service.id,
      from_time: new Date(tomorrow).toISOString(),
      to_time: new Date(tomorrow + 48 * 3600 * 1000).toISOString(),
    }))
    const booking = await must(customerClient.rpc('book_slot', {
      service_id: service.id,
      starts_at: slots[0].starts_at,
      idempotency_key: crypto.randomUUID(),
    }))
    yield {
      title: 'The customer takes a free time',
      result: pick(booking, 'reference', 'status', 'starts_at', 'staff_name'),
    }

    const invitation = await letter(inbox, email, /^Your appointment at /)
    yield {
      title: 'It stands in her inbox, with a file for her calendar',
      result: {
        ...pick(invitation, 'from', 'to', 'subject'),
        files: invitation.attachments?.map(({ filename }) => filename),
      },
    }
  } finally {
    await Promise.all([sellerClient.removeAllChannels(), customerClient.removeAllChannels()])
    sellerClient.realtime.disconnect()
    customerClient.realtime.disconnect()
  }
}

/** The mail with such a subject, among others to the same address. */
async function letter(inbox: Inbox, email: string, subject: RegExp): Promise<Message> {
  const seen: Message[] = []
  for (;;) {
    const mail = await inbox.next({ to: email, channel: 'email' }, seen, PATIENCE_MS)
    if (subject.test(mail.subject ?? '')) return mail
    seen.push(mail)
  }
}

/** Whether a notification says that an order reached this status. */
const tellsStatus = (status: string) => (payload: Record<string, unknown>) =>
  (payload['data'] as Record<string, unknown> | undefined)?.['status'] === status

/** Adds an e-mail address to the account and proves it with the code that was sent there. */
async function confirmEmail(client: SupabaseClient, inbox: Inbox, email: string): Promise<void> {
  const asked = await client.auth.updateUser({ email })
  if (asked.error) throw asked.error
  const { error } = await client.auth.verifyOtp({
    email,
    token: await inbox.code(email),
    type: 'email_change',
  })
  if (error) throw error
}

/** Joins a private channel and remembers what it hears. */
async function listen(client: SupabaseClient, topic: string): Promise<{
  until(fits: (payload: Record<string, unknown>) => boolean): Promise<OrderBroadcast>
}> {
  const heard: OrderBroadcast[] = []
  const waiting = new Set<() => void>()
  await client.realtime.setAuth()
  const channel: RealtimeChannel = client.channel(topic, { config: { private: true } })
  channel.on('broadcast', { event: '*' }, ({ event, payload }) => {
    heard.push({ event, payload })
    for (const look of waiting) look()
  })
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === 'SUBSCRIBED') resolve()
      else reject(error ?? new Error(`${topic}: ${status}`))
    })
  })
  return {
    until: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`Nothing fitting was heard on ${topic}.`)),
          PATIENCE_MS,
        )
        const look = () => {
          const found = heard.find(({ payload }) => fits(payload))
          if (found === undefined) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

function pick(source: object, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, (source as Record<string, unknown>)[name]]))
}
