import { beforeAll, describe, expect, test } from 'vitest'
import { ask, buy, offer, openStore } from '../journeys/world.ts'
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

describe.skipIf(!hasBrowser)('the desk of those who run the marketplace', { timeout: 240_000 }, () => {
  let shop: Storefront
  let owner: SignedIn
  let maya: SignedIn
  let storeId: string
  let desk: Visit

  /** Opens a part of the desk. */
  async function open(part: string): Promise<void> {
    await desk.page.getByRole('navigation', { name: 'Desk' }).getByRole('link', { name: part, exact: true })
      .click()
    await desk.page.getByRole('heading', { level: 1, name: part }).waitFor()
  }

  /** Presses a button beside what it is about, which asks for a reason, and gives one. */
  async function because(about: string, button: string, answers: Record<string, string>): Promise<void> {
    await desk.page.getByRole('listitem').filter({ hasText: about })
      .getByRole('button', { name: button, exact: true }).click()
    const dialog = desk.page.getByRole('dialog', { name: button })
    await expectNoBarriers(desk.page)
    for (const [label, text] of Object.entries(answers)) await dialog.getByLabel(label).fill(text)
    await dialog.getByRole('button', { name: button, exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  beforeAll(async () => {
    shop = await openStorefront()
    const { platform } = shop
    owner = await platform.signIn()
    storeId = await openStore(owner)
    const lantern = await offer(owner, storeId, 'Brass Lantern', 4200)
    maya = await platform.signIn()
    await must(
      maya.client.from('profiles').update({ full_name: `Mirela ${HOSTILE}` }).eq('id', maya.user.id).select(),
    )
    const order_id = (await buy(maya, lantern)).orders[0]!.id
    await ask(owner.client, 'record_cash_payment', { order_id })
    for (const status of ['shipped', 'delivered']) {
      await ask(owner.client, 'advance_order', { order_id, status })
    }
    const review = await ask<{ id: string }>(maya.client, 'submit_review', {
      subject_type: 'store',
      subject_id: storeId,
      rating: 1,
      body: `Thieves! ${HOSTILE}`,
    })
    await ask(owner.client, 'report_review', {
      review_id: review.id,
      reason: 'false',
      note: `No. ${HOSTILE}`,
    })
    const talk = await ask<{ id: string }>(maya.client, 'start_conversation', { store_id: storeId })
    await ask(maya.client, 'send_message', {
      conversation_id: talk.id,
      body: `Pay me elsewhere ${HOSTILE}`,
      client_id: crypto.randomUUID(),
    })
    await ask(owner.client, 'report_message', { conversation_id: talk.id, seq: 1, reason: 'fraud' })
    await platform.sql`select private.raise_alert('drill', ${`A payment of another amount. ${HOSTILE}`})`

    const phone = randomPhone()
    const admin = await platform.signIn(phone)
    await platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
    desk = await shop.visit('/signin?next=/desk', { viewport: { width: 1100, height: 800 } })
    await signInByPhone(desk.page, platform, phone)
  }, 240_000)

  test('a reported review is hidden by a rule and for facts, and shown again after its author appealed', async () => {
    const { page } = desk
    await page.getByText('reviews to look at').click()
    await page.getByText(`Thieves! ${HOSTILE}`).waitFor()
    await page.getByText(`not true: No. ${HOSTILE}`).waitFor()
    await expectNoBarriers(page)
    await because('Thieves!', 'Hide', { Rule: 'No insults (2.1)', Facts: `It says thieves. ${HOSTILE}` })
    await page.getByText(`Thieves! ${HOSTILE}`).waitFor({ state: 'hidden' })
    const [decision] = await must(maya.client.from('moderation_decisions').select('id, rule, facts'))
    expect(decision).toMatchObject({ rule: 'No insults (2.1)', facts: `It says thieves. ${HOSTILE}` })

    await ask(maya.client, 'appeal_decision', { decision_id: decision!.id, body: `It is true. ${HOSTILE}` })
    await page.reload()
    await page.getByText(`It is true. ${HOSTILE}`).waitFor()
    await because('Thieves!', 'Show it again', { Reason: 'An opinion.' })
    const [review] = await must(maya.client.from('reviews').select('status').eq('author_id', maya.user.id))
    expect(review).toEqual({ status: 'visible' })
    expect(desk.faults).toEqual([])
  })

  test('a reported message is taken away, and whoever reported it reads why', async () => {
    const { page } = desk
    await open('Reports')
    await page.getByText(`Pay me elsewhere ${HOSTILE}`).waitFor()
    await because('Pay me elsewhere', 'Take the message away', { Reason: 'Asks for money elsewhere.' })
    await page.getByText(`Pay me elsewhere ${HOSTILE}`).waitFor({ state: 'hidden' })
    expect(await must(owner.client.from('message_reports').select('status, decision_reason'))).toEqual([
      { status: 'removed', decision_reason: 'Asks for money elsewhere.' },
    ])
    expect(desk.faults).toEqual([])
  })

  test('an alert ends with what was done about it, and a store is suspended for a reason that its owner is told', async () => {
    const { page } = desk
    await open('Alerts')
    await page.getByText(`A payment of another amount. ${HOSTILE}`).waitFor()
    await because('A payment of another amount.', 'It is dealt with', {
      Reason: `Refunded by hand. ${HOSTILE}`,
    })
    await page.getByText(`Refunded by hand. ${HOSTILE}`).waitFor()
    await expectNoBarriers(page)

    await open('Shops')
    await because('Harbour Light', 'Suspend', { Reason: `No papers. ${HOSTILE}` })
    await page.getByRole('listitem').filter({ hasText: 'Harbour Light' }).getByText('suspended').waitFor()
    const told = await must(
      owner.client.from('notifications').select('body').eq('kind', 'store_suspended'),
    )
    expect(told).toEqual([{ body: `No papers. ${HOSTILE}` }])
    await open('Changes')
    await page.getByText(`No papers. ${HOSTILE}`).waitFor()
    await page.getByRole('searchbox', { name: 'Person, shop, kind or reason' }).fill('papers')
    await page.getByRole('button', { name: 'Find' }).click()
    await expect.poll(() => page.getByRole('main').getByRole('listitem').count(), { timeout: 15_000 }).toBe(1)
    await expectNoBarriers(page)
    expect(desk.faults).toEqual([])
  })

  test('a customer is found by name, and her orders from there; every job says whether it runs', async () => {
    const { page } = desk
    await open('People')
    await page.getByRole('searchbox', { name: 'Name, e-mail or phone' }).fill('mirela')
    await page.getByRole('button', { name: 'Find' }).click()
    await expect.poll(() => page.getByRole('main').getByRole('listitem').count(), { timeout: 15_000 }).toBe(1)
    await page.getByText(`Mirela ${HOSTILE}`).waitFor()
    await expectNoBarriers(page)
    await page.getByRole('listitem').getByRole('link', { name: 'Orders' }).click()
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor()
    await page.getByText('$42.00').waitFor()

    await open('Health')
    await page.getByRole('rowheader', { name: 'evaluate-alerts' }).waitFor()
    await expectNoBarriers(page)
    expect(desk.faults).toEqual([])
  })

  test('everybody can use the desk: no barriers in the dark, on a phone, from right to left', async () => {
    const parts = [
      '',
      '/stores',
      '/reports',
      '/alerts',
      '/orders',
      '/people',
      '/products',
      '/audit',
      '/health',
    ]
    await expectUsableEverywhere(shop, desk, parts.map((part) => `/desk${part}`))
  })

  test('whoever does not run the marketplace sees nothing of it', async () => {
    const phone = randomPhone()
    const visit = await shop.visit('/signin?next=/desk/people')
    await signInByPhone(visit.page, shop.platform, phone)
    await visit.page.getByText('This is for those who run the marketplace.').waitFor()
    await visit.page.context().close()
  })
})
