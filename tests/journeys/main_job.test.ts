import { beforeAll, describe, expect, test } from 'vitest'
import { startTestPlatform, type TestPlatform } from '../support/index.ts'
import { mainJob, type Step } from './main_job.ts'

// The walk that `npm run demo` prints, with every job and function running as in `npm start`.
describe('one order, from the first seller to the delivered parcel', () => {
  let platform: TestPlatform
  const steps: Step[] = []

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true, withJobs: true })
    const project = {
      apiUrl: platform.apiUrl,
      publishableKey: platform.keys.publishableKey,
      inboxUrl: platform.inboxUrl,
    }
    for await (const step of mainJob(project)) steps.push(step)
  }, 120_000)

  const result = (title: RegExp) => steps.find((step) => title.test(step.title))?.result

  test('a store gets its link from its name', () => {
    expect(result(/opens a store/)).toMatchObject({ slug: 'harbour-light-lamps', status: 'active' })
  })

  test('a visitor finds the product under its new category', () => {
    expect(JSON.stringify(result(/sees the catalog/))).toMatch(/Ship Lamps \d+.*Harbour Lamp/)
  })

  test('the guest cart becomes the customer’s, whole', () => {
    expect(result(/cart becomes hers/)).toMatchObject({ item_count: 2, total_amount: 14800 })
  })

  test('the order waits with its stock reserved, and is confirmed by the webhook', () => {
    expect(result(/checks out/)).toMatchObject({ status: 'pending', total_amount: 14800, currency: 'USD' })
    expect(result(/webhook arrives/)).toMatchObject({ payload: { data: { status: 'confirmed' } } })
  })

  test('seller and customer hear of it on their private channels', () => {
    expect(result(/seller’s channel/)).toBeDefined()
    expect(result(/ships it/)).toMatchObject({ payload: { data: { status: 'shipped' } } })
    expect(result(/delivered$/)).toMatchObject({ payload: { data: { status: 'delivered' } } })
  })

  test('the order ends received and paid, and its confirmation stands in the inbox', () => {
    expect(result(/her order says/)).toMatchObject({
      status: 'received',
      payment_status: 'paid',
      total_amount: 14800,
      order_lines: [{ product_name: 'Harbour Lamp', quantity: 2 }],
    })
    expect(result(/stands in her inbox/)).toMatchObject({
      subject: expect.stringMatching(/^Your order 1 at /),
    })
  })

  test('a visit is booked, and its mail carries a file for the calendar', () => {
    expect(result(/takes a free time/)).toMatchObject({ status: 'confirmed', staff_name: 'Ines' })
    expect(result(/file for her calendar/)).toMatchObject({ files: ['appointment.ics'] })
  })

  test('the books add up', async () => {
    expect(await platform.sql`select * from private.check_invariants()`).toEqual([])
  })
})
