import { beforeAll, describe, expect, test } from 'vitest'
import { ask, openStore } from '../journeys/world.ts'
import { must, randomPhone, type SignedIn } from '../support/index.ts'
import {
  expectNoBarriers,
  expectUsableEverywhere,
  hasBrowser,
  HOSTILE,
  openStorefront,
  signInByPhone,
  type Storefront,
  type Visit,
} from './storefront.ts'

describe.skipIf(!hasBrowser)('a store that takes bookings, in the browser', { timeout: 300_000 }, () => {
  let shop: Storefront
  let owner: SignedIn
  let storeId: string
  let seller: Visit

  /** Opens a part of the seller's screens. */
  const open = (part: string) =>
    seller.page.getByRole('navigation', { name: 'Parts of your shop' })
      .getByRole('link', { name: part, exact: true }).click()

  const service = async () => {
    const [found] = await must(owner.client.from('services').select('id').eq('store_id', storeId))
    return found!.id as string
  }

  beforeAll(async () => {
    shop = await openStorefront()
    const phone = randomPhone()
    owner = await shop.platform.signIn(phone)
    storeId = await openStore(owner)
    seller = await shop.visit('/signin?next=/sell/services', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    })
    await signInByPhone(seller.page, shop.platform, phone)
  }, 240_000)

  test('its owner adds somebody who gives a service, the service, and the hours of the week', async () => {
    const { page } = seller
    await page.getByLabel('Name', { exact: true }).fill(`Zoë ${HOSTILE}`)
    await page.getByRole('button', { name: 'Add to the staff' }).click()
    await page.getByRole('listitem').filter({ hasText: `Zoë ${HOSTILE}` }).waitFor()
    await expectNoBarriers(page)
    await page.getByRole('link', { name: 'New service' }).click()
    await page.getByLabel('Name', { exact: true }).fill(`Lantern repair ${HOSTILE}`)
    await page.getByLabel('Category').fill('Repairs')
    await page.getByLabel('Price, USD').fill('90')
    await page.getByLabel('The shop decides about each booking').check()
    await expectNoBarriers(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: `Lantern repair ${HOSTILE}` }).waitFor()

    await open('Hours')
    await page.getByText('Without hours').waitFor({ state: 'hidden' })
    for (let weekday = 0; weekday < 7; weekday++) {
      await page.getByRole('button', { name: 'Add hours' }).nth(weekday).click()
    }
    await page.getByRole('button', { name: 'Save the week' }).click()
    await page.getByText('Saved.').waitFor()
    await page.getByLabel('Day', { exact: true }).fill('2031-12-24')
    await page.getByRole('button', { name: 'Set the day' }).click()
    await page.getByText('Wed, Dec 24: Closed').waitFor()
    await page.getByLabel('Starts').fill('2031-08-01T09:00')
    await page.getByLabel('Ends').fill('2031-08-02T09:00')
    await page.getByLabel('Note').fill(`Holidays ${HOSTILE}`)
    await page.getByRole('button', { name: 'Add time off' }).click()
    await page.getByText(`Aug 1, 2031, 9:00 AM – Aug 2, 2031, 9:00 AM· Holidays ${HOSTILE}`).waitFor()
    await expectNoBarriers(page)
    const hours = await must(owner.client.from('opening_hours').select('weekday').eq('store_id', storeId))
    expect(hours).toHaveLength(7)
    expect(seller.faults).toEqual([])
  })

  test('a request stands in the week at once, and is accepted, moved and cancelled with a reason', async () => {
    const { page } = seller
    const service_id = await service()
    const customer = await shop.platform.signIn()
    await must(
      customer.client.from('profiles').update({ full_name: `Nina ${HOSTILE}` }).eq('id', customer.user.id)
        .select(),
    )
    const slots = await ask<{ starts_at: string; local_date: string }[]>(customer.client, 'available_slots', {
      service_id,
      from_time: new Date(Date.now() + 86_400_000).toISOString(),
      to_time: new Date(Date.now() + 3 * 86_400_000).toISOString(),
    })
    await page.goto(`${shop.url}/sell/appointments?week=${slots[0]!.local_date}`)
    await page.getByText('Nothing booked.').first().waitFor()
    await ask(customer.client, 'book_slot', {
      service_id,
      starts_at: slots[0]!.starts_at,
      idempotency_key: 'browser-1',
    })
    await page.getByRole('heading', { name: 'Waiting for your answer' }).waitFor()
    await page.getByRole('listitem').filter({ hasText: `Nina ${HOSTILE}` }).first().waitFor()
    await expectNoBarriers(page)
    await page.getByRole('link', { name: /Nina/ }).first().click()
    await page.getByRole('button', { name: 'Accept' }).click()
    await page.getByText('confirmed', { exact: true }).waitFor()

    await page.getByText('Move it', { exact: true }).click()
    await page.getByRole('radio', { name: /3:00.PM/ }).check()
    await page.getByRole('button', { name: 'Move it to this time' }).click()
    await page.getByRole('definition').filter({ hasText: /3:00.PM/ }).waitFor()
    await expectNoBarriers(page)

    await page.getByRole('button', { name: 'Cancel it' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel it' })
    await expectNoBarriers(page)
    await dialog.getByLabel('Reason').fill(`Zoë is ill. ${HOSTILE}`)
    await dialog.getByRole('button', { name: 'Cancel it' }).click()
    await page.getByText('cancelled', { exact: true }).waitFor()
    const [booking] = await must(customer.client.from('bookings').select('status, cancel_reason'))
    expect(booking).toEqual({ status: 'cancelled', cancel_reason: `Zoë is ill. ${HOSTILE}` })
    expect(seller.faults).toEqual([])
  })

  test('whoever waits for a time is told of one on her own clock, and takes it', async () => {
    const service_id = await service()
    const phone = randomPhone()
    const { page, faults } = await shop.visit(`/bookings/new?service=${service_id}`, {
      timezoneId: 'Asia/Tokyo',
    })
    await page.getByText('No time suits you?').click()
    await page.getByRole('group').getByRole('link', { name: 'Sign in' }).click()
    await signInByPhone(page, shop.platform, phone)
    await page.getByText('No time suits you?').click()
    await expectNoBarriers(page)
    await page.getByRole('button', { name: 'Wait for a time' }).click()
    await page.getByRole('button', { name: 'Wait no more' }).waitFor()

    await seller.page.goto(`${shop.url}/sell/appointments`)
    await seller.page.getByRole('heading', { name: 'Waiting list' }).waitFor()
    await seller.page.locator('section').getByText(`Lantern repair ${HOSTILE}`).waitFor()
    await expectNoBarriers(seller.page)

    await page.goto(`${shop.url}/appointments`)
    await page.getByRole('heading', { name: 'What you wait for' }).waitFor()
    await shop.platform.sql`select private.run_job('offer-freed-times')`
    await page.getByRole('link', { name: 'Take it' }).click()
    await page.getByRole('button', { name: 'Take it' }).click()
    await page.getByText('asked for', { exact: true }).waitFor()
    await expectNoBarriers(page)
    expect([...faults, ...seller.faults]).toEqual([])
  })

  test('everybody can use these screens: no barriers in the dark, on a phone, from right to left', async () => {
    const parts = ['hours', 'services', 'services/new', 'appointments', 'messages', 'reviews']
    await expectUsableEverywhere(shop, seller, parts.map((part) => `/sell/${part}`))
  })
})
