import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { ask, buy, offer, openStore } from '../journeys/world.ts'
import { randomPhone } from '../support/index.ts'
import {
  expectNoBarriers,
  expectUsableEverywhere,
  hasBrowser,
  openStorefront,
  signInByPhone,
} from './storefront.ts'

describe.skipIf(!hasBrowser)('the money of a store, in the browser', { timeout: 300_000 }, () => {
  test('an owner sees what she is owed and every movement of it, and takes it along as a file', async () => {
    const shop = await openStorefront()
    const phone = randomPhone()
    const owner = await shop.platform.signIn(phone)
    const storeId = await openStore(owner)
    const lantern = await offer(owner, storeId, 'Brass Lantern', 4200)
    const order_id = (await buy(await shop.platform.signIn(), lantern)).orders[0]!.id
    await ask(owner.client, 'record_cash_payment', { order_id })
    const seller = await shop.visit('/signin?next=/sell/money', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    })
    const { page } = seller
    await signInByPhone(page, shop.platform, phone)
    await page.getByText('Your shop has no account for payouts yet.').waitFor()
    await page.getByRole('button', { name: 'Open or complete the account' }).waitFor()
    await page.getByText('to be paid out').waitFor()
    await page.getByRole('cell', { name: /^Sale in cash/ }).waitFor()
    await expectNoBarriers(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'As a CSV file' }).click(),
    ])
    expect(await readFile(await file.path(), 'utf8')).toContain('cash_sale')
    await expectUsableEverywhere(shop, seller, ['/sell/money', '/sell'])
    expect(seller.faults).toEqual([])
  })
})
