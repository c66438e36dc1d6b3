import type { SupabaseClient } from '@supabase/supabase-js'
import { beforeAll, describe, expect, test } from 'vitest'
import { refusal, type SignedIn } from '../support/index.ts'
import { ask, openShop, openStore, type Shop } from './world.ts'

interface Slot {
  starts_at: string
  ends_at: string
  staff_id: string
  staff_name: string
  remaining: number
  local_date: string
}
interface Booking {
  id: string
  status: string
  reference: string
  starts_at: string
  staff_id: string
  due_amount: number
  refund_amount: number | null
  checkout_id: string | null
  hold_expires_at: string | null
  ics_sequence: number
}

/** A date some days ahead. */
const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const WEEK = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '09:00', closes: '12:00' }))

describe('a barber that can be booked', () => {
  let shop: Shop
  let barbers: { id: string; name: string }[]
  let haircut: { id: string; status: string }
  let customer: SignedIn
  let visitor: SupabaseClient
  const day = dayAhead(10)
  const range = { from_time: `${day}T00:00:00Z`, to_time: `${day}T23:59:59Z` }

  beforeAll(async () => {
    shop = await openShop({ time_zone: 'Asia/Kolkata' })
    customer = await shop.platform.signIn()
    visitor = shop.platform.visitor()
    const { client } = shop.owner
    barbers = []
    for (const name of ['Amir', 'Bela']) {
      barbers.push(await ask(client, 'save_staff', { store_id: shop.storeId, name }))
    }
    await ask(client, 'set_opening_hours', { store_id: shop.storeId, hours: WEEK })
    haircut = await ask(client, 'save_service', {
      store_id: shop.storeId,
      name: 'Haircut',
      category: 'Hair',
      duration_minutes: 45,
      buffer_after_minutes: 15,
      price_amount: 2500,
      staff_ids: barbers.map(({ id }) => id),
    })
  })

  const slots = (more: Record<string, unknown> = {}) =>
    ask<Slot[]>(visitor, 'available_slots', { service_id: haircut.id, ...range, ...more })
  const book = (who: SignedIn, starts_at: string, more: Record<string, unknown> = {}) =>
    ask<Booking>(who.client, 'book_slot', {
      service_id: haircut.id,
      starts_at,
      idempotency_key: crypto.randomUUID(),
      ...more,
    })

  test('a visitor sees services, who gives them, and the free times in the shop’s zone', async () => {
    const { data: services } = await visitor.from('services').select(
      'name, price_amount, service_staff(staff(name))',
    )
      .eq('store_id', shop.storeId)
    expect(services).toEqual([{
      name: 'Haircut',
      price_amount: 2500,
      service_staff: expect.arrayContaining([{ staff: { name: 'Amir' } }, { staff: { name: 'Bela' } }]),
    }])
    const offered = await slots()
    // Nine in Kolkata is half past three in Greenwich; three starts for each of two.
    expect(offered).toHaveLength(6)
    expect(offered[0]).toEqual({
      starts_at: `${day}T03:30:00+00:00`,
      ends_at: `${day}T04:15:00+00:00`,
      staff_id: barbers[0]!.id,
      staff_name: 'Amir',
      remaining: 1,
      local_date: day,
    })
    expect(
      await ask(visitor, 'available_days', { service_id: haircut.id, from_date: day, to_date: dayAhead(12) }),
    ).toEqual([day, dayAhead(11), dayAhead(12)].map((local_date) => ({ local_date, slots: 3 })))
  })

  test('booked, moved, cancelled: each step is what the next one offers', async () => {
    const [first] = await slots()
    const booking = await book(customer, first!.starts_at, { note: 'Short, please' })
    expect(booking).toMatchObject({ status: 'confirmed', due_amount: 0, checkout_id: null, ics_sequence: 0 })
    expect(booking.reference).toMatch(/^[A-Z2-9]{10}$/)
    expect((await slots()).filter(({ starts_at }) => starts_at === first!.starts_at)).toHaveLength(1)

    const moved = await ask<Booking>(customer.client, 'reschedule_booking', {
      booking_id: booking.id,
      starts_at: `${day}T05:30:00Z`,
      expected_starts_at: booking.starts_at,
    })
    expect(moved).toMatchObject({ id: booking.id, starts_at: `${day}T05:30:00+00:00`, ics_sequence: 1 })
    expect(await ask(customer.client, 'quote_cancellation', { booking_id: booking.id })).toMatchObject({
      paid_amount: 0,
      refund_amount: 0,
      fee_amount: 0,
    })
    expect(await ask<Booking>(customer.client, 'cancel_booking', { booking_id: booking.id })).toMatchObject({
      status: 'cancelled',
    })
    expect(await slots()).toHaveLength(6)
  })

  test('the shop sees its day, blocks lunch, and nobody else’s customers', async () => {
    const other = await shop.platform.signIn()
    const mine = await book(customer, `${day}T03:30:00Z`, { staff_id: barbers[1]!.id })
    await book(other, `${day}T04:30:00Z`, { staff_id: barbers[1]!.id })
    const { data: agenda } = await shop.owner.client.from('bookings')
      .select('starts_at, customer_email, service_name')
      .eq('store_id', shop.storeId).eq('staff_id', barbers[1]!.id).eq('status', 'confirmed')
      .gte('starts_at', range.from_time).lt('starts_at', range.to_time).order('starts_at').order('id').limit(
        20,
      )
    expect(agenda?.map(({ starts_at }) => starts_at)).toEqual([
      `${day}T03:30:00+00:00`,
      `${day}T04:30:00+00:00`,
    ])
    const { data: hers } = await customer.client.from('bookings').select('id').eq('status', 'confirmed')
    expect(hers).toEqual([{ id: mine.id }])

    const { error } = await shop.owner.client.from('closures').insert({
      store_id: shop.storeId,
      staff_id: barbers[0]!.id,
      starts_local: `${day}T10:00`,
      ends_local: `${day}T11:00`,
      note: 'Lunch',
    })
    expect(error).toBeNull()
    expect((await slots()).map(({ starts_at, staff_name }) => `${starts_at.slice(11, 16)} ${staff_name}`))
      .toEqual(['03:30 Amir', '05:30 Amir', '05:30 Bela'])
    const { data: unseen } = await customer.client.from('closures').select()
    expect(unseen).toEqual([])
  })

  test('what is paid in advance is held, and its checkout waits for a card', async () => {
    const massage = await ask<{ id: string }>(shop.owner.client, 'save_service', {
      store_id: shop.storeId,
      name: 'Massage',
      duration_minutes: 60,
      price_amount: 6000,
      deposit_amount: 2000,
      hold_minutes: 10,
    })
    const held = await ask<Booking>(customer.client, 'book_slot', {
      service_id: massage.id,
      starts_at: `${dayAhead(11)}T03:30:00Z`,
      idempotency_key: 'massage',
    })
    expect(held).toMatchObject({ status: 'held', due_amount: 2000 })
    const { data: checkout } = await customer.client.from('checkouts').select().eq('id', held.checkout_id!)
      .single()
    expect(checkout).toMatchObject({
      status: 'pending',
      payment_method: 'card',
      total_amount: 2000,
      currency: 'USD',
      expires_at: held.hold_expires_at,
    })
    expect(
      await refusal(customer.client.rpc('book_slot', {
        service_id: massage.id,
        starts_at: `${dayAhead(11)}T04:30:00Z`,
        idempotency_key: 'another',
      })),
    ).toEqual({ status: 409, code: 'hold_exists' })
    expect(await ask<Booking>(customer.client, 'cancel_booking', { booking_id: held.id })).toMatchObject({
      status: 'cancelled',
      refund_amount: 0,
    })
  })

  test('where the shop decides, a booking is a request', async () => {
    const advice = await ask<{ id: string }>(shop.owner.client, 'save_service', {
      store_id: shop.storeId,
      name: 'Advice',
      duration_minutes: 30,
      needs_approval: true,
    })
    const request = await ask<Booking>(customer.client, 'book_slot', {
      service_id: advice.id,
      starts_at: `${dayAhead(12)}T03:30:00Z`,
      idempotency_key: 'advice',
    })
    expect(request.status).toBe('requested')
    expect(await refusal(customer.client.rpc('decide_booking', { booking_id: request.id, approve: true })))
      .toEqual({ status: 403, code: 'store_role_required' })
    expect(
      await ask<Booking>(shop.owner.client, 'decide_booking', { booking_id: request.id, approve: true }),
    ).toMatchObject({ status: 'confirmed' })
    expect(await refusal(shop.owner.client.rpc('complete_booking', { booking_id: request.id })))
      .toEqual({ status: 409, code: 'booking_not_started' })
    expect(await refusal(shop.owner.client.rpc('mark_no_show', { booking_id: request.id })))
      .toEqual({ status: 409, code: 'booking_not_started' })
  })

  test('nonsense is refused by name and leaves nothing', async () => {
    const before = await shop.owner.client.from('services').select('*', { count: 'exact', head: true })
    const attempts: [verb: string, args: Record<string, unknown>, code: string][] = [
      ['save_service', { name: 'X' }, 'invalid_duration'],
      ['save_service', { name: ' ', duration_minutes: 30 }, 'invalid_service_name'],
      ['save_service', { name: 'x'.repeat(121), duration_minutes: 30 }, 'invalid_service_name'],
      ['save_service', { name: 'X', duration_minutes: 0 }, 'invalid_duration'],
      ['save_service', { name: 'X', duration_minutes: 1441 }, 'invalid_duration'],
      [
        'save_service',
        { name: 'X', duration_minutes: 2147483647, buffer_after_minutes: 2147483647 },
        'invalid_duration',
      ],
      ['save_service', { name: 'X', duration_minutes: 1440, buffer_after_minutes: 1 }, 'invalid_duration'],
      ['save_service', { name: 'X', duration_minutes: 30, buffer_before_minutes: -5 }, 'invalid_duration'],
      ['save_service', { name: 'X', duration_minutes: 30, slot_step_minutes: 1 }, 'invalid_duration'],
      ['save_service', { name: 'X', duration_minutes: 30, capacity: 0 }, 'invalid_capacity'],
      ['save_service', { name: 'X', duration_minutes: 30, capacity: 501 }, 'invalid_capacity'],
      ['save_service', { name: 'X', duration_minutes: 30, party_max: 2 }, 'invalid_capacity'],
      ['save_service', { name: 'X', duration_minutes: 30, price_amount: -1 }, 'invalid_price'],
      [
        'save_service',
        { name: 'X', duration_minutes: 30, price_amount: 100, deposit_amount: 101 },
        'invalid_price',
      ],
      ['save_service', { name: 'X', duration_minutes: 30, hold_minutes: 4 }, 'invalid_booking_rule'],
      ['save_service', { name: 'X', duration_minutes: 30, max_advance_days: 731 }, 'invalid_booking_rule'],
      [
        'save_service',
        { name: 'X', duration_minutes: 30, bookable_until: '-infinity' },
        'invalid_booking_rule',
      ],
      ['save_service', { name: 'X', duration_minutes: 30, cancel_fee_bps: 10001 }, 'invalid_booking_rule'],
      ['save_service', { name: 'X', duration_minutes: 30, status: 'gone' }, 'invalid_status'],
      ['save_service', { name: 'X', duration_minutes: 30, image_paths: ['../x.png'] }, 'invalid_image'],
      ['save_service', { name: 'X', duration_minutes: 30, image_paths: [null] }, 'invalid_image'],
      [
        'save_service',
        { name: 'X', duration_minutes: 30, staff_ids: [crypto.randomUUID()] },
        'staff_not_found',
      ],
      ['save_service', { service_id: crypto.randomUUID(), name: 'X' }, 'service_not_found'],
      ['save_staff', { name: '' }, 'invalid_staff_name'],
      ['save_staff', { name: 'x'.repeat(81) }, 'invalid_staff_name'],
      ['save_staff', { name: 'X', position: -1 }, 'invalid_quantity'],
      ['save_staff', { name: 'X', member_id: customer.user.id }, 'member_not_found'],
      ['save_staff', { staff_id: crypto.randomUUID(), name: 'X' }, 'staff_not_found'],
      ['set_opening_hours', { hours: null }, 'invalid_hours'],
      ['set_opening_hours', { hours: {} }, 'invalid_hours'],
      ['set_opening_hours', { hours: [1] }, 'invalid_hours'],
      ['set_opening_hours', { hours: [{ weekday: 8, opens: '09:00', closes: '10:00' }] }, 'invalid_hours'],
      ['set_opening_hours', { hours: [{ weekday: 1.5, opens: '09:00', closes: '10:00' }] }, 'invalid_hours'],
      ['set_opening_hours', { hours: [{ weekday: 1, opens: '24:00', closes: '24:00' }] }, 'invalid_hours'],
      ['set_opening_hours', { hours: [{ weekday: 1, opens: 'NaN', closes: 'infinity' }] }, 'invalid_hours'],
      ['set_opening_hours', { hours: [{ weekday: 1, opens: '09:00:30', closes: '10:00' }] }, 'invalid_hours'],
      ['set_opening_hours', {
        hours: [{ weekday: 1, opens: '09:00', closes: '11:00' }, {
          weekday: 1,
          opens: '10:59',
          closes: '12:00',
        }],
      }, 'invalid_hours'],
      ['set_opening_hours', { hours: WEEK, staff_id: crypto.randomUUID() }, 'staff_not_found'],
      ['set_opening_exception', { on_date: 'infinity', hours: [] }, 'invalid_date'],
      ['set_opening_exception', { on_date: '294277-01-01', hours: [] }, 'invalid_date'],
      ['set_opening_exception', { on_date: day, hours: 'closed' }, 'invalid_hours'],
    ]
    const answers = []
    for (const [verb, args] of attempts) {
      answers.push(await refusal(shop.owner.client.rpc(verb, { store_id: shop.storeId, ...args })))
    }
    expect(answers).toEqual(
      attempts.map(([, , code]) => ({ status: code.endsWith('_not_found') ? 404 : 422, code })),
    )
    const after = await shop.owner.client.from('services').select('*', { count: 'exact', head: true })
    expect(after.count).toBe(before.count)
    expect(await slots()).not.toEqual([])
    for (
      const [starts_local, ends_local] of [
        ['infinity', 'infinity'],
        [`${day}T10:00`, `${day}T10:00`],
        ['294276-01-01', '294276-01-02'],
        ['-infinity', 'infinity'],
        [`${day}T10:00`, '2190-01-01'],
      ]
    ) {
      const { status } = await shop.owner.client.from('closures')
        .insert({ store_id: shop.storeId, starts_local, ends_local })
      expect(status).toBe(422)
    }
  })

  test('another shop in another zone has a day of its own', async () => {
    const storeId = await openStore(shop.owner, { name: 'Harbour Hair', time_zone: 'Pacific/Auckland' })
    await ask(shop.owner.client, 'save_staff', { store_id: storeId, name: 'Cora' })
    await ask(shop.owner.client, 'set_opening_hours', { store_id: storeId, hours: WEEK })
    const cut = await ask<{ id: string }>(shop.owner.client, 'save_service', {
      store_id: storeId,
      name: 'Cut',
      duration_minutes: 60,
    })
    const offered = await ask<Slot[]>(visitor, 'available_slots', {
      service_id: cut.id,
      from_time: `${dayAhead(20)}T12:00:00Z`,
      to_time: `${dayAhead(21)}T11:00:00Z`,
    })
    expect(offered.map(({ local_date }) => local_date)).toEqual(Array(3).fill(dayAhead(21)))
    expect(offered[0]!.starts_at.slice(0, 10)).toBe(dayAhead(20))
  })
})
