import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  must,
  randomPhone,
  refusal,
  type SignedIn,
  signInByPhone,
  startTestPlatform,
  type TestPlatform,
} from '../support/index.ts'
import { Snippets } from './snippets.ts'
import { ask, openStore } from './world.ts'

/** How long an event of the provider or a broadcast may take. */
const PATIENCE = { timeout: 15_000 }
const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('docs/api.md, word for word: appointments', () => {
  const page = new Snippets('docs/api.md', 'Appointments')
  let platform: TestPlatform
  let owner: SignedIn
  let store_id: string
  let service_id: string
  let staff_id: string
  const signIn = () =>
    signInByPhone(platform.visitor({ global: { fetch: page.fetch } }), platform.inbox, randomPhone())
  const day = dayAhead(10)
  const range = { from_time: `${day}T00:00:00Z`, to_time: `${dayAhead(11)}T00:00:00Z` }
  const statusOf = async (who: SignedIn, id: string) =>
    (await must(who.client.from('bookings').select('status').eq('id', id).single())).status
  const freeSlots = () =>
    ask<{ starts_at: string }[]>(platform.visitor(), 'available_slots', { service_id, ...range })
  const mailsOf = async (email: string) => {
    expect((await platform.service().functions.invoke('emails', { method: 'POST' })).error).toBeNull()
    return platform.inbox.list({ to: email, channel: 'email' })
  }

  beforeAll(async () => {
    platform = await startTestPlatform({ withFunctions: true })
    owner = await signIn()
    store_id = await openStore(owner, { name: 'Salon Ærø', time_zone: 'UTC' })
    const { staff, service } = await page.run('save_staff', { supabase: owner.client, store_id })
    staff_id = staff.id
    service_id = service.id
  })
  afterAll(() => expect([...page.unread(), ...page.mistyped()]).toEqual([]), 120_000)

  test('paid, moved, cancelled: each step by mail with the next version of the same event', async () => {
    const customer = await signIn()
    const email = `nina-${Date.now()}@marketbase.example`
    const before = await platform.inbox.list({ to: email })
    await customer.client.auth.updateUser({ email })
    const code = await platform.inbox.code(email, before)
    expect((await customer.client.auth.verifyOtp({ email, token: code, type: 'email_change' })).error)
      .toBeNull()

    const supabase = customer.client
    const { found } = await page.run('search_services', {
      supabase: platform.visitor({ global: { fetch: page.fetch } }),
    })
    expect(found.services).toMatchObject([{ id: service_id, next_free_at: expect.any(String) }])
    const { days, slots } = await page.run('available_days', {
      supabase,
      service_id,
      from_date: day,
      to_date: day,
      ...range,
    })
    expect(days).toEqual([{ local_date: day, slots: 15 }])
    const { booking } = await page.run('First visit', {
      supabase,
      service_id,
      slot: slots[0],
      key: crypto.randomUUID(),
    })
    expect(booking).toMatchObject({ status: 'held', due_amount: 3000 })
    await expect.poll(() => statusOf(customer, booking.id), PATIENCE).toBe('confirmed')
    const { bookings } = await page.run(".gte('starts_at', new Date()", { supabase, user: customer.user })
    expect(bookings).toMatchObject([{ id: booking.id, staff_name: 'Zoë', stores: { name: 'Salon Ærø' } }])

    const { moved } = await page.run("'reschedule_booking'", {
      supabase,
      booking,
      booking_id: booking.id,
      later: slots[4],
    })
    expect(moved).toMatchObject({ id: booking.id, starts_at: slots[4].starts_at, ics_sequence: 1 })
    const { quote, cancelled } = await page.run('quote_cancellation', { supabase, booking_id: booking.id })
    expect(quote).toMatchObject({ paid_amount: 3000, refund_amount: 3000, fee_amount: 0 })
    expect(cancelled).toMatchObject({ status: 'cancelled', refund_amount: 3000 })
    await must(platform.service().functions.invoke('payments-reconcile', { method: 'POST' }) as never)
    await expect.poll(
      async () => (await must(supabase.from('bookings').select('refunded_amount').single())).refunded_amount,
      PATIENCE,
    ).toBe(3000)

    const letters = (await mailsOf(email)).filter(({ attachments }) => attachments).toReversed()
    expect(letters.map(({ subject }) => subject!.replace(/(:| to [A-Z]).*$/, ''))).toEqual([
      'Your appointment at Salon Ærø',
      'Your appointment at Salon Ærø has moved',
      'Your appointment at Salon Ærø was cancelled',
    ])
    expect(letters.at(-1)!.text).toContain('$30.00 goes back to you')
    const versions = letters.map(({ attachments }) => {
      const [file] = attachments!
      const lines = Buffer.from(file!.content, 'base64').toString().replaceAll('\r\n ', '').split('\r\n')
      const value = (name: string) =>
        lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1)
      expect(file!.content_type).toBe(`text/calendar; charset=utf-8; method=${value('METHOD')}`)
      return ['UID', 'SEQUENCE', 'METHOD', 'STATUS', 'DTSTART'].map(value).join(' ')
    })
    const instant = (iso: string) => `${new Date(iso).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    expect(versions).toEqual([
      `${booking.id}@marketbase 0 REQUEST CONFIRMED ${instant(slots[0].starts_at)}`,
      `${booking.id}@marketbase 1 REQUEST CONFIRMED ${instant(slots[4].starts_at)}`,
      `${booking.id}@marketbase 2 CANCEL CANCELLED ${instant(slots[4].starts_at)}`,
    ])
    const kinds = await must(supabase.from('notifications').select('kind').order('id'))
    expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual([
      'booking_confirmed',
      'booking_moved',
      'booking_cancelled',
    ])
  })

  test('the store is asked, decides, says how it went, and sees it all as it happens', async () => {
    const supabase = owner.client
    await page.run('set_opening_exception', { supabase, store_id })
    await page.run('reminder_hours', { supabase, store_id })
    const { id: advice } = await ask<{ id: string }>(supabase, 'save_service', {
      store_id,
      name: 'Advice',
      duration_minutes: 30,
      needs_approval: true,
      staff_ids: [staff_id],
    })
    const shown: { status: string }[] = []
    const { agenda } = await page.run(':bookings', {
      supabase,
      store_id,
      ...range,
      show: (payload: { status: string }) => shown.push(payload),
    })
    expect(agenda).toEqual([])
    await expect.poll(() => supabase.getChannels().map(({ state }) => state), PATIENCE).toEqual(['joined'])
    const customer = await signIn()
    const book = (starts_at: string) =>
      ask<{ id: string; status: string }>(customer.client, 'book_slot', {
        service_id: advice,
        starts_at,
        idempotency_key: crypto.randomUUID(),
      })
    const asked = await book(`${day}T12:00:00Z`)
    expect(asked.status).toBe('requested')
    await page.run('decide_booking', { supabase, booking_id: asked.id })
    await expect.poll(() => shown.map(({ status }) => status), PATIENCE).toEqual(['requested', 'confirmed'])

    const absent = await book(`${day}T13:00:00Z`)
    await ask(supabase, 'decide_booking', { booking_id: absent.id, approve: true })
    const { sql } = platform
    await sql`create or replace function private.clock() returns timestamptz language sql stable set search_path = ''
      as $$ select now() + interval '11 days' $$`
    await page.run('complete_booking', { supabase, booking_id: asked.id, absent_id: absent.id })
    await sql`create or replace function private.clock() returns timestamptz language sql stable set search_path = ''
      as $$ select now() $$`
    expect([await statusOf(owner, asked.id), await statusOf(owner, absent.id)]).toEqual([
      'completed',
      'no_show',
    ])
  })

  test('the link of a letter and the calendars need no account', async () => {
    const customer = await signIn()
    const slots = await freeSlots()
    const free = await ask<{ id: string }>(owner.client, 'save_service', {
      store_id,
      name: 'Wash',
      duration_minutes: 30,
      staff_ids: [staff_id],
    })
    const booked = await ask<{ id: string }>(customer.client, 'book_slot', {
      service_id: free.id,
      starts_at: slots[0]!.starts_at,
      idempotency_key: crypto.randomUUID(),
    })
    const { feed, address } = await page.run('create_calendar_feed', {
      supabase: owner.client,
      staff_id,
      apiUrl: platform.apiUrl,
    })
    expect(feed.staff_id).toBe(staff_id)
    const subscribed = await fetch(address)
    expect([subscribed.status, subscribed.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
    ])
    expect(await subscribed.text()).toContain(`UID:${booked.id}@marketbase`)
    await page.run('revoke_calendar_feed', { supabase: owner.client, staff_id })
    expect((await fetch(address)).status).toBe(404)

    const { sql } = platform
    const [{ token }] = await sql`select private.booking_link_token(${booked.id}) as token` as unknown as [
      { token: string },
    ]
    const { mine, event, later, over } = await page.run('booking_by_token', {
      supabase: platform.visitor({ global: { fetch: page.fetch } }),
      token,
      apiUrl: platform.apiUrl,
      slot: slots[6],
    })
    expect(mine).toMatchObject({ booking_id: booked.id, status: 'confirmed', can_change: true })
    expect(later.starts_at).toBe(slots[6]!.starts_at)
    expect(over).toMatchObject({ status: 'cancelled', can_change: false })
    const calendar = await (await fetch(event)).text()
    expect(calendar).toContain('METHOD:CANCEL')
    expect(calendar).toContain('SEQUENCE:2')
    expect((await fetch(event.replace(/.$/, (last: string) => last === '0' ? '1' : '0'))).status).toBe(404)
  })

  test('who waits is offered what is given back, and takes it', async () => {
    const [first, customer, other] = [await signIn(), await signIn(), await signIn()]
    const date = dayAhead(20)
    const rare = await ask<{ id: string }>(owner.client, 'save_service', {
      store_id,
      name: 'Whole day',
      duration_minutes: 480,
      staff_ids: [staff_id],
    })
    const booked = await ask<{ id: string }>(first.client, 'book_slot', {
      service_id: rare.id,
      starts_at: `${date}T09:00:00Z`,
      idempotency_key: crypto.randomUUID(),
    })
    const wanted = { service_id: rare.id, from_time: `${date}T00:00:00Z`, to_time: `${date}T23:00:00Z` }
    const { wish } = await page.run('join_waiting_list', { supabase: customer.client, ...wanted })
    expect(wish.status).toBe('waiting')
    const { id: waiting_id } = await ask<{ id: string }>(other.client, 'join_waiting_list', wanted)
    await page.run('leave_waiting_list', { supabase: other.client, waiting_id })
    await ask(first.client, 'cancel_booking', { booking_id: booked.id })
    const wishNow = async () =>
      (await must(customer.client.from('waiting_list').select('status').single())).status
    await platform.sql`select private.offer_freed_times()`
    expect(await wishNow()).toBe('offered')
    expect(
      (await refusal(first.client.rpc('book_slot', {
        service_id: rare.id,
        starts_at: `${date}T09:00:00Z`,
        idempotency_key: crypto.randomUUID(),
      }))).code,
    ).toBe('slot_taken')
    const { taken } = await page.run('accept_offer', { supabase: customer.client, waiting_id: wish.id })
    expect(taken).toMatchObject({ status: 'confirmed', starts_at: `${date}T09:00:00+00:00` })
  })

  test('after all of that everything adds up', async () => {
    expect(await must(platform.service().rpc('check_invariants'))).toEqual([])
  })
})
