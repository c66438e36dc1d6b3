import { beforeAll, describe, expect, test } from 'vitest'
import { randomPhone, type SignedIn } from '../support/index.ts'
import { addProduct, ask, offer, openStore } from '../journeys/world.ts'
import {
  expectNoBarriers,
  hasBrowser,
  openStorefront,
  signInByPhone,
  type Storefront,
  type Visit,
  writeAddress,
} from './storefront.ts'

/** What somebody might type who wants to run a script in other people's pages. */
const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'

describe.skipIf(!hasBrowser)('a shopper in the browser', { timeout: 180_000 }, () => {
  let shop: Storefront
  let owner: SignedIn
  let storeId: string

  beforeAll(async () => {
    shop = await openStorefront()
    owner = await shop.platform.signIn()
    storeId = await openStore(owner)
    await offer(owner, storeId, 'Brass Lantern', 4200)
    await offer(owner, storeId, 'Paper Lantern', 1900)
    await addProduct(owner.client, storeId, {
      name: HOSTILE,
      description: `${HOSTILE} javascript:alert(3)`,
      category: 'Lamps',
      price_amount: 100,
      quantity: 3,
      status: 'active',
    })
  }, 180_000)

  /** A new customer with one lantern in her cart, signed in, at the checkout with an address. */
  async function atCheckout(): Promise<Visit & { phone: string }> {
    const phone = randomPhone()
    const visit = await shop.visit('/harbour-light/brass-lantern')
    const { page } = visit
    await page.getByRole('button', { name: 'Put into the cart' }).click()
    await page.getByRole('link', { name: 'See the cart' }).click()
    await page.getByRole('link', { name: 'Check out' }).click()
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await signInByPhone(page, shop.platform, phone)
    await writeAddress(page)
    return { ...visit, phone }
  }

  test('a visitor finds a product while typing, and keeps her cart over a reload', async () => {
    const { page, faults } = await shop.visit('/')
    await page.getByRole('combobox', { name: 'Search for products' }).pressSequentially('lantren')
    await page.getByRole('option', { name: /Brass Lantern/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Shown for “lantern”.').waitFor()
    await page.getByRole('link', { name: 'Brass Lantern' }).click()
    await page.getByRole('heading', { name: 'Brass Lantern' }).waitFor()
    await page.getByRole('button', { name: 'Put into the cart' }).click()
    await page.getByText('It is in your cart.').waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Cart 1 piece' }).click()
    await page.getByRole('button', { name: 'One more' }).click()
    await page.getByRole('complementary', { name: 'Sum' }).getByText('$84.00').first().waitFor()
    expect(faults).toEqual([])
  })

  test('the whole search works by keyboard: arrows choose, Enter opens, Escape closes', async () => {
    const { page } = await shop.visit('/')
    const field = page.getByRole('combobox', { name: 'Search for products' })
    await field.pressSequentially('lantern')
    await page.locator('[role=option]').first().waitFor()
    await page.keyboard.press('ArrowDown')
    const chosen = await page.locator('[role=option][aria-selected=true]').textContent()
    await page.keyboard.press('Escape')
    expect(await page.locator('[role=option]').first().isVisible()).toBe(false)
    await field.fill('lanterns')
    await page.locator('[role=option]').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: chosen!.split('$')[0]!.trim() }).waitFor()
  })

  test('a declined card is told, another one pays, and the order shows it', async () => {
    const { page, faults } = await atCheckout()
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('radio', { name: 'A card that is declined' }).check()
    await page.getByRole('button', { name: /^Pay \$/ }).click()
    await page.getByRole('alert').getByText('The card was declined. Try another one.').waitFor()
    // The provider tells of the two cards in any order; here the first one is to be told first.
    const { sql } = shop.platform
    const isTold = async () =>
      (await sql`
        select from public.order_events join public.orders on orders.id = order_events.order_id
        where orders.checkout_id = ${new URL(page.url()).pathname.split('/').at(-1)!}
          and order_events.to_status = 'failed'`).length
    await expect.poll(isTold, { timeout: 30_000 }).toBe(1)
    await page.getByRole('radio', { name: 'A card that works' }).check()
    await page.getByRole('button', { name: /^Pay \$/ }).click()
    await page.getByText('Thank you! Your order is placed.').waitFor()
    await page.getByRole('link', { name: /Harbour Light/ }).click()
    await page.getByText('A card was declined').waitFor()
    expect(await page.getByRole('status').first().textContent()).toBe('confirmed')
    expect(faults).toEqual([])
  })

  test('a card whose bank asks is paid after the bank’s page, and no secret stays in the address', async () => {
    const { page } = await atCheckout()
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('radio', { name: /whose bank asks/ }).check()
    await page.getByRole('button', { name: /^Pay \$/ }).click()
    await page.getByRole('button', { name: 'Decline' }).click()
    await page.getByText('Your bank did not confirm the payment.').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('radio', { name: /whose bank asks/ }).check()
    await page.getByRole('button', { name: /^Pay \$/ }).click()
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByText('Thank you! Your order is placed.').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  test('a checkout that was left is paid later, from the order', async () => {
    const { page } = await atCheckout()
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('button', { name: /^Pay \$/ }).waitFor()
    await page.goto(`${shop.url}/orders`)
    await page.getByRole('link', { name: /Harbour Light/ }).click()
    await page.getByRole('link', { name: 'Pay this order' }).click()
    await page.getByRole('button', { name: /^Pay \$/ }).click()
    await page.getByText('Thank you! Your order is placed.').waitFor()
  })

  test('an order is given up before it is paid, and its lines are in the cart again', async () => {
    const { page } = await atCheckout()
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('link', { name: 'Cart 0 pieces' }).waitFor()
    await page.getByRole('button', { name: 'Give up this order' }).click()
    await page.getByRole('link', { name: 'Cart 1 piece' }).waitFor()
  })

  test('an order in cash is confirmed at once, follows the parcel while it is looked at, and a refund is asked for', async () => {
    const { page, faults } = await atCheckout()
    await page.getByRole('radio', { name: 'In cash, on delivery' }).check()
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('link', { name: /Harbour Light/ }).click()
    const order_id = new URL(page.url()).pathname.split('/').at(-1)
    await page.getByText('confirmed', { exact: true }).waitFor()

    const parcel = { carrier: 'UPS', tracking_number: '1Z', tracking_url: 'https://parcels.example/1Z' }
    await ask(owner.client, 'advance_order', { order_id, status: 'shipped', ...parcel })
    await page.getByRole('link', { name: 'UPS 1Z' }).waitFor()
    await ask(owner.client, 'record_cash_payment', { order_id })
    await ask(owner.client, 'advance_order', { order_id, status: 'delivered' })
    await page.getByRole('button', { name: 'It has arrived' }).click()
    await page.getByText('received', { exact: true }).waitFor()

    await page.getByText('Ask for your money back').click()
    await page.getByLabel('What is wrong').fill('Arrived with a dent.')
    await page.getByRole('button', { name: 'Send to the shop' }).click()
    await page.getByText('Arrived with a dent.').waitFor()
    await expectNoBarriers(page)
    expect(faults).toEqual([])
  })

  test('an appointment is booked on the visitor’s own clock, and its mailed link cancels it without signing in', async () => {
    const staff = await ask<{ id: string }>(owner.client, 'save_staff', { store_id: storeId, name: 'Zoë' })
    await ask(owner.client, 'set_opening_hours', {
      store_id: storeId,
      hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '09:00', closes: '17:00' })),
    })
    await ask(owner.client, 'save_service', {
      store_id: storeId,
      name: 'Lantern repair',
      category: 'Repairs',
      duration_minutes: 60,
      price_amount: 9000,
      staff_ids: [staff.id],
      status: 'active',
    })
    const phone = randomPhone()
    const { page, faults } = await shop.visit('/harbour-light', { timezoneId: 'Asia/Tokyo' })
    await page.getByRole('link', { name: 'See free times' }).click()
    await page.getByText('Times on your clock (Asia/Tokyo).').waitFor()
    // Today nine o'clock may be over.
    const chooseNine = async () => {
      await page.getByRole('group', { name: 'Day' }).getByRole('radio').nth(1).check()
      await page.getByRole('radio', { name: /there 9:00.AM/ }).check()
    }
    await chooseNine()
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await signInByPhone(page, shop.platform, phone)
    await chooseNine()
    await page.getByRole('button', { name: 'Book this time' }).click()
    await page.getByText('confirmed', { exact: true }).waitFor()
    await page.getByRole('main').getByText(/1[01]:00.PM/).waitFor()
    await expectNoBarriers(page)
    const id = new URL(page.url()).pathname.split('/').at(-1)!

    const [link] = await shop.platform.sql<{ token: string }[]>`
      select private.booking_link_token(${id}) as token`
    const friend = await shop.visit(`/appointments/${link!.token}`)
    await friend.page.getByText('Cancel it').click()
    await friend.page.getByRole('button', { name: 'Cancel the appointment' }).click()
    await friend.page.getByText('cancelled', { exact: true }).waitFor()
    await page.getByText('cancelled', { exact: true }).waitFor()
    expect([...faults, ...friend.faults]).toEqual([])
  })

  test('what people typed is shown as text, whatever it is', async () => {
    const { page, faults } = await shop.visit('/harbour-light')
    await page.getByRole('link', { name: HOSTILE }).click()
    await page.getByRole('heading', { name: HOSTILE }).waitFor()
    await page.goto(`${shop.url}/search?q=${encodeURIComponent(HOSTILE)}`)
    await page.getByRole('heading', { level: 1 }).getByText(HOSTILE).waitFor()
    await page.goto(`${shop.url}/signin?next=${encodeURIComponent('javascript:alert(4)')}`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    expect(faults).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'everybody can use the pages: no barriers, in %s, on a phone, from right to left',
    async (colorScheme) => {
      const { page } = await shop.visit('/', {
        colorScheme,
        locale: 'ar-EG',
        viewport: { width: 360, height: 740 },
      })
      for (
        const path of [
          '/',
          '/harbour-light',
          '/harbour-light/paper-lantern',
          '/search?q=lantern',
          '/cart',
          '/signin',
          '/signin?by=new',
          '/reset',
          '/nothing/here/at/all',
        ]
      ) {
        await page.goto(shop.url + path, { waitUntil: 'networkidle' })
        await page.getByRole('main').locator('h1').waitFor()
        await expectNoBarriers(page)
        const isTooWide = await page.evaluate(() =>
          document.documentElement.scrollWidth > document.documentElement.clientWidth
        )
        expect(isTooWide, `${path} scrolls sideways`).toBe(false)
      }
      expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]))
        .toEqual(['rtl', 'ar'])
    },
  )
})
