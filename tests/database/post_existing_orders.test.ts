import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { connectAs, createDatabase } from '../support/index.ts'

test('a database that had orders before it had a ledger is booked once, and its books balance', async () => {
  const sql = connectAs(await createDatabase('project'))
  const owed = () =>
    sql<{ store_id: string; currency: string; owed: string }[]>`
      select store_id, currency, -balance as owed from private.ledger_accounts
      where kind = 'store' order by store_id, currency`
  // As it was before: orders, refunds and a dispute, no commission, and nothing in the books.
  await sql.unsafe(`
    begin;
    alter table private.ledger_entries disable trigger user;
    alter table private.ledger_postings disable trigger user;
    alter table public.order_lines disable trigger user;
    delete from public.transfer_reversals;
    delete from public.transfers;
    delete from private.earnings;
    delete from private.ledger_entries;
    delete from private.ledger_postings;
    delete from private.ledger_accounts where store_id is not null;
    update public.refunds set booked_amount = 0;
    update public.order_lines set commission_amount = 0, commission_bps = 0;
    alter table private.ledger_entries enable trigger user;
    alter table private.ledger_postings enable trigger user;
    alter table public.order_lines enable trigger user;
    commit;`)
  expect(await sql`select distinct rule from private.check_ledger() order by rule`).toEqual([
    { rule: 'disputed_equals_disputes' },
    { rule: 'refund_is_booked' },
    { rule: 'sale_is_posted' },
  ])

  await sql.unsafe(
    `begin; ${readFileSync('migrations/20260101003290_post_existing_orders.sql', 'utf8')}; commit;`,
  )
  expect(await sql`select * from private.check_invariants()`).toEqual([])
  const expected = await sql`
    select store_id, currency, sum(
      case when payment_method = 'card' then total_amount - refunded_amount - refunding_amount else 0 end
        + platform_discount_amount
          * case when total_amount = refunded_amount + refunding_amount then 0 else 1 end
    )::bigint as owed
    from public.orders where payment_status <> 'unpaid' group by store_id, currency order by store_id, currency`
  expect(await owed()).toEqual(expected)
}, 120_000)
