import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { drawProduct } from '../../seed/artwork.ts'
import { ask, buy, offer, openStore } from '../journeys/world.ts'
import { must, randomPhone, releaseLater, type SignedIn } from '../support/index.ts'
import {
  expectNoBarriers,
  hasBrowser,
  HOSTILE,
  openStorefront,
  signInByPhone,
  type Storefront,
  type Visit,
} from './storefront.ts'

describe.skipIf(!hasBrowser)('a customer and a store who talk, in the browser', { timeout: 240_000 }, () => {
  let shop: Storefront
  let owner: SignedIn
  let maya: SignedIn
  let storeId: string
  let orderId: string
  let seller: Visit
  let customer: Visit

  beforeAll(async () => {
    shop = await openStorefront()
    const { platform } = shop
    const phones = { owner: randomPhone(), maya: randomPhone() }
    owner = await platform.signIn(phones.owner)
    storeId = await openStore(owner)
    const lantern = await offer(owner, storeId, 'Brass Lantern', 4200)
    maya = await platform.signIn(phones.maya)
    const profile = maya.client.from('profiles').update({ full_name: 'Maya Brooks' }).eq('id', maya.user.id)
    await must(profile.select())
    orderId = (await buy(maya, lantern)).orders[0]!.id
    await ask(owner.client, 'record_cash_payment', { order_id: orderId })
    for (const status of ['shipped', 'delivered']) {
      await ask(owner.client, 'advance_order', { order_id: orderId, status })
    }
    seller = await shop.visit('/signin?next=/sell/reviews')
    await signInByPhone(seller.page, platform, phones.owner)
    customer = await shop.visit(`/signin?next=/orders/${orderId}`)
    await signInByPhone(customer.page, platform, phones.maya)
  }, 240_000)

  test('what was received is reviewed with a photo, everybody reads it, and the store answers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'talk-'))
    releaseLater(() => rm(folder, { recursive: true, force: true }))
    const photo = join(folder, 'lantern.png')
    await writeFile(photo, await drawProduct('Lamps', 1))
    const { page } = customer
    await page.getByText('Write a review of Brass Lantern').click()
    const form = page.getByRole('group').filter({ has: page.getByText('Write a review of Brass Lantern') })
    await form.getByRole('radio', { name: '4 stars of 5' }).check()
    await form.getByLabel('What is it like?').fill(`Bright. ${HOSTILE}`)
    await form.getByLabel('Photos').setInputFiles(photo)
    await form.getByRole('img', { name: 'Picture 1' }).waitFor()
    await expectNoBarriers(page)
    await form.getByRole('button', { name: 'Publish the review' }).click()
    await page.getByRole('link', { name: 'Your review' }).waitFor()

    const reader = await shop.visit('/harbour-light/brass-lantern')
    await reader.page.getByText(`Bright. ${HOSTILE}`).waitFor()
    await reader.page.getByText('(1 review)').first().waitFor()
    await reader.page.getByText('Maya B.').waitFor()
    await reader.page.getByLabel('Sorted by').selectOption('most helpful')
    await reader.page.getByRole('button', { name: '1 star of 5' }).click()
    await expect.poll(() => reader.page.getByText('Maya B.').count()).toBe(0)
    await expectNoBarriers(reader.page)

    await seller.page.reload()
    await seller.page.getByText('Answer', { exact: true }).click()
    await seller.page.getByLabel('The shop answers').fill(`Thank you! ${HOSTILE}`)
    await expectNoBarriers(seller.page)
    await seller.page.getByRole('button', { name: 'Publish the answer' }).click()
    await seller.page.getByText('Change your answer').waitFor()

    await page.getByRole('link', { name: 'Your review' }).click()
    await page.getByText(`Thank you! ${HOSTILE}`).waitFor()
    await page.getByText('Change it').click()
    await page.getByRole('radio', { name: '5 stars of 5' }).check()
    await expectNoBarriers(page)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('the review was changed afterwards').waitFor()
    expect([...seller.faults, ...customer.faults, ...reader.faults]).toEqual([])
  })

  test('a hidden review leads to the decision, which its author reads and appeals against', async () => {
    const [review] = await must(maya.client.from('reviews').select('id').eq('author_id', maya.user.id))
    const admin = await shop.platform.signIn()
    await shop.platform.sql`insert into private.platform_admins (user_id) values (${admin.user.id})`
    await ask(admin.client, 'moderate_review', {
      review_id: review!.id,
      action: 'hide',
      rule: 'No scripts (3.1)',
      facts: 'It has one in it.',
    })
    const { page } = customer
    await page.getByRole('link', { name: /^Notifications.*unread/ }).click()
    await page.getByRole('link', { name: /was hidden/ }).click()
    await page.getByText('No scripts (3.1)').waitFor()
    await page.getByLabel('Why it is wrong').fill('It is text.')
    await expectNoBarriers(page)
    await page.getByRole('button', { name: 'Appeal' }).click()
    await page.getByRole('heading', { name: 'You have appealed' }).waitFor()
    await page.getByRole('link', { name: 'Your review' }).click()
    await page.getByText('Nobody but you sees this review.').waitFor()
    await ask(admin.client, 'moderate_review', { review_id: review!.id, action: 'restore' })
    await page.reload()
    await page.getByText('Take it back').click()
    await page.getByRole('button', { name: 'Delete the review' }).click()
    await page.getByText('Your review is gone.').waitFor()
    expect(customer.faults).toEqual([])
  })

  test('a customer writes to the store, and both see at once what the other says', async () => {
    const { page } = customer
    await page.goto(`${shop.url}/harbour-light/brass-lantern`)
    await page.getByRole('button', { name: 'Write to the store' }).click()
    await page.getByLabel('Your message').fill(`Is it still there? ${HOSTILE}`)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('log').getByText('Is it still there?').waitFor()

    await seller.page.getByRole('link', { name: 'Messages', exact: true }).click()
    await seller.page.getByText('1 unread message').waitFor({ state: 'attached' })
    await expectNoBarriers(seller.page)
    await seller.page.getByRole('link', { name: /Maya/ }).click()
    await seller.page.getByRole('log').getByText(`Is it still there? ${HOSTILE}`).waitFor()
    await page.getByText('· read').waitFor()
    await seller.page.getByLabel('Your message').fill('Yes, the last one.')
    await seller.page.getByLabel('Your message').press('Enter')
    await page.getByRole('log').getByText('Yes, the last one.').waitFor()
    await expectNoBarriers(page)
    await expectNoBarriers(seller.page)

    await page.getByRole('button', { name: 'Block' }).click()
    await page.getByText('You blocked this').waitFor()
    await seller.page.getByLabel('Your message').fill('Are you there?')
    await seller.page.getByRole('button', { name: 'Send' }).click()
    await seller.page.getByText('Nobody can write here at the moment.').waitFor()
    await page.getByRole('button', { name: 'Allow messages again' }).click()
    await page.getByRole('button', { name: 'File it away' }).click()
    await page.getByRole('main').getByRole('link', { name: 'Messages' }).click()
    await page.getByText('No messages here.').waitFor()
    await page.getByLabel('Filed away').check()
    await page.getByRole('link', { name: /about a product/ }).waitFor()
    await expectNoBarriers(page)
    expect([...seller.faults, ...customer.faults]).toEqual([])
  })

  test('a store assigns a conversation, keeps a reply and is seen typing; what is said while the line is cut arrives once', async () => {
    const { page } = customer
    const talk = await ask<{ id: string }>(maya.client, 'start_conversation', { store_id: storeId })
    await seller.page.goto(`${shop.url}/sell/messages`)
    await seller.page.getByText('What you say often', { exact: true }).click()
    await seller.page.getByLabel('Found by').fill('Hello')
    await seller.page.getByLabel('What it says').fill(`Hello! ${HOSTILE}`)
    await seller.page.getByRole('button', { name: 'Keep it' }).click()
    await seller.page.getByRole('listitem').filter({ hasText: `Hello! ${HOSTILE}` }).waitFor()
    await seller.page.getByText('While you are away', { exact: true }).click()
    await seller.page.getByLabel('What the shop answers by itself').fill('We are back on Monday.')
    await seller.page.getByRole('button', { name: 'Save' }).click()
    await seller.page.getByText('You are away: customers get this answer.').waitFor()
    await expectNoBarriers(seller.page)

    await page.goto(`${shop.url}/messages/${talk.id}`)
    await seller.page.goto(`${shop.url}/sell/messages/${talk.id}`)
    await page.getByText('is here').waitFor()
    await seller.page.getByLabel('Answered by').selectOption('You')
    await expect.poll(async () => {
      const inbox = await ask<{ assignee_id: string }>(owner.client, 'get_conversation', {
        conversation_id: talk.id,
      })
      return inbox.assignee_id
    }, { timeout: 15_000 }).toBe(owner.user.id)
    await page.getByLabel('Your message').pressSequentially('Hm')
    await seller.page.getByText('is typing …').waitFor()
    await seller.page.getByLabel('What you say often').selectOption('Hello')
    expect(await seller.page.getByLabel('Your message').inputValue()).toBe(`Hello! ${HOSTILE}`)
    await expectNoBarriers(seller.page)

    await page.context().setOffline(true)
    await page.getByLabel('Your message').fill('Said without a line.')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('on its way').waitFor()
    await seller.page.getByRole('button', { name: 'Send' }).click()
    await seller.page.getByRole('log').getByText(`Hello! ${HOSTILE}`).waitFor()
    await page.context().setOffline(false)
    await page.getByText('on its way').waitFor({ state: 'hidden' })
    await page.getByRole('log').getByText(`Hello! ${HOSTILE}`).waitFor()
    await seller.page.getByRole('log').getByText('Said without a line.').waitFor()
    await page.getByRole('log').getByText('We are back on Monday.').waitFor()
    expect(await page.getByRole('log').getByText('Said without a line.').count()).toBe(1)
    await ask(owner.client, 'set_away_message', { store_id: storeId })
    expect([...seller.faults, ...customer.faults]).toEqual([])
  })

  test('somebody chooses what to be told of, and the links of letters end them without signing in', async () => {
    const { page } = customer
    await page.goto(`${shop.url}/notifications/preferences`)
    const back = page.getByRole('group', { name: 'A product that you waited for is back' })
    await back.getByLabel('by e-mail').uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Quiet from 22:00 to 07:00').waitFor()
    await page.reload()
    await expect.poll(() => back.getByLabel('by e-mail').isChecked()).toBe(false)
    await expectNoBarriers(page)

    const { sql } = shop.platform
    const [link] = await sql`select private.unsubscribe_token(${maya.user.id}, 'abandoned_cart') as token`
    const reader = await shop.visit(`/unsubscribe?token=${link!['token']}`)
    await reader.page.getByText('You left something in your cart').waitFor()
    await expectNoBarriers(reader.page)
    await reader.page.getByRole('button', { name: 'No more of these mails' }).click()
    await reader.page.getByText('You get no more of these mails.').waitFor()
    expect(reader.faults).toEqual([])
  })
})
