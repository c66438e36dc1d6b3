import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drawProduct } from '../../seed/artwork.ts'
import { randomPhone, releaseLater } from '../support/index.ts'
import {
  expectNoBarriers,
  hasBrowser,
  HOSTILE,
  openStorefront,
  signInByPhone,
  writeAddress,
} from './storefront.ts'

describe.skipIf(!hasBrowser)('a day of the marketplace', { timeout: 400_000 }, () => {
  test('a store is opened, approved and filled; it sells, ships and gives back, and both sides see it happen', async () => {
    const shop = await openStorefront()
    const { platform } = shop
    await platform.sql`update private.settings set stores_require_approval = true`
    const folder = await mkdtemp(join(tmpdir(), 'day-'))
    releaseLater(() => rm(folder, { recursive: true, force: true }))

    // The seller opens her store and fills its shelves, on her phone.
    const seller = await shop.visit('/signin?next=/sell/new', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    })
    await signInByPhone(seller.page, platform, randomPhone())
    await seller.page.getByLabel('Name of the shop').fill('Fern & Ember')
    await seller.page.getByLabel('Street and number').fill('18 Alder Street')
    await seller.page.getByLabel('City').fill('Hudson')
    await seller.page.getByLabel('Postal code').fill('12534')
    await seller.page.getByLabel('State or region').fill('NY')
    await seller.page.getByRole('button', { name: 'Open a shop' }).click()
    await seller.page.getByText('Your shop waits for approval.').waitFor()
    await seller.page.getByRole('link', { name: 'Products', exact: true }).click()
    await seller.page.getByRole('link', { name: 'New product' }).click()
    await seller.page.getByLabel('Name', { exact: true }).fill('Cedar Candle')
    await seller.page.getByLabel('Category').fill('Candles')
    await seller.page.getByLabel('Description').fill(`Burns for 45 hours. ${HOSTILE}`)
    const photo = join(folder, 'cedar.png')
    await writeFile(photo, await drawProduct('Candles', 1))
    await seller.page.getByLabel('Photos').setInputFiles(photo)
    await seller.page.getByRole('button', { name: 'Remove' }).waitFor()
    await seller.page.getByRole('button', { name: 'Add a variant' }).click()
    await seller.page.getByLabel('What differs').fill('Size')
    for (const [index, [value, price]] of [['S', '15.00'], ['L', '24']].entries()) {
      await seller.page.getByLabel('Variant', { exact: true }).nth(index).fill(value!)
      await seller.page.getByLabel('Price', { exact: true }).nth(index).fill(price!)
    }
    await seller.page.getByLabel('Pieces on the shelf').fill('8')
    await expectNoBarriers(seller.page)
    await seller.page.getByRole('button', { name: 'Save' }).click()
    await seller.page.getByRole('link', { name: 'Cedar Candle' }).waitFor()

    await seller.page.getByRole('link', { name: 'Import a list' }).click()
    const list = join(folder, 'list.csv')
    await writeFile(list, 'name,category,price,quantity\nBell,Bikes,18.00,4\nHorn,Bikes,cheap,1\n')
    await seller.page.getByLabel('File (CSV)').setInputFiles(list)
    await seller.page.getByText('1 imported, 1 not.').waitFor()
    await seller.page.getByRole('row', { name: /^3 / }).waitFor()
    await expectNoBarriers(seller.page)

    // Whoever runs the marketplace lets it in.
    const phone = randomPhone()
    const admin = await platform.signIn(phone)
    await platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
    const desk = await shop.visit('/signin?next=/desk')
    await signInByPhone(desk.page, platform, phone)
    await desk.page.getByText('shops wait for approval').click()
    await expectNoBarriers(desk.page)
    await desk.page.getByRole('button', { name: 'Approve' }).click()
    const dialog = desk.page.getByRole('dialog', { name: 'Approve' })
    await dialog.getByLabel('Reason').fill('Papers seen.')
    await dialog.getByRole('button', { name: 'Approve' }).click()
    await desk.page.getByRole('listitem').filter({ hasText: 'Fern & Ember' })
      .getByRole('button', { name: 'Suspend' }).waitFor()

    // A shopper finds it by its link, and buys; the seller sees the order arrive.
    const parts = seller.page.getByRole('navigation', { name: 'Parts of your shop' })
    await parts.getByRole('link', { name: 'Overview' }).click()
    const qr = seller.page.getByRole('img', { name: /QR code/ })
    await qr.waitFor()
    await expect.poll(() => qr.evaluate((image) => (image as HTMLImageElement).naturalWidth), {
      timeout: 15_000,
    }).toBeGreaterThan(0)
    await expectNoBarriers(seller.page)
    await parts.getByRole('link', { name: 'Orders' }).click()
    await seller.page.getByText('No orders here at the moment.').waitFor()
    const shopper = await shop.visit('/fern-ember')
    await shopper.page.getByRole('link', { name: 'Cedar Candle' }).click()
    await shopper.page.getByText(`Burns for 45 hours. ${HOSTILE}`).waitFor()
    await shopper.page.getByRole('radio', { name: 'L' }).check()
    await shopper.page.getByRole('button', { name: 'Put into the cart' }).click()
    await shopper.page.getByRole('link', { name: 'See the cart' }).click()
    await shopper.page.getByRole('link', { name: 'Check out' }).click()
    await shopper.page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await signInByPhone(shopper.page, platform, randomPhone())
    await writeAddress(shopper.page)
    await expectNoBarriers(shopper.page)
    await shopper.page.getByRole('button', { name: 'Place the order' }).click()
    await shopper.page.getByRole('button', { name: /^Pay \$/ }).click()
    await shopper.page.getByText('Thank you! Your order is placed.').waitFor()
    await shopper.page.getByRole('link', { name: /Fern & Ember/ }).click()
    await shopper.page.getByText('What happened').waitFor()

    await seller.page.getByRole('main').getByText('confirmed').waitFor()
    await seller.page.getByRole('listitem').getByRole('link').last().click()
    await seller.page.getByLabel('Carrier').fill('UPS')
    await seller.page.getByLabel('Number of the parcel').fill('1Z999')
    await expectNoBarriers(seller.page)
    await seller.page.getByRole('button', { name: 'It is sent' }).click()
    await shopper.page.getByText('UPS 1Z999').waitFor()
    await seller.page.getByRole('button', { name: 'It is delivered' }).click()
    await shopper.page.getByRole('button', { name: 'It has arrived' }).click()

    // Something is wrong with it; the store gives the money back.
    await shopper.page.getByText('Ask for your money back').click()
    await shopper.page.getByLabel('What is wrong').fill(`Dented ${HOSTILE}`)
    await shopper.page.getByRole('button', { name: 'Send to the shop' }).click()
    await seller.page.getByText(`Dented ${HOSTILE}`).waitFor()
    await seller.page.getByRole('button', { name: 'Approve' }).click()
    await shopper.page.getByText('Money given back').waitFor()

    // And everything of it is at the desk.
    for (
      const part of [
        'Reports',
        'Alerts',
        'Orders',
        'People',
        'Refunds',
        'Products',
        'Stock',
        'Changes',
        'Health',
      ]
    ) {
      await desk.page.getByRole('navigation', { name: 'Desk' }).getByRole('link', { name: part, exact: true })
        .click()
      await desk.page.getByRole('heading', { level: 1, name: part }).waitFor()
      await desk.page.waitForLoadState('networkidle')
      await expectNoBarriers(desk.page)
    }
    expect([...seller.faults, ...shopper.faults, ...desk.faults]).toEqual([])
  })
})
