-- A database that had orders before it had a ledger is booked once: what was paid, refunded and disputed until now,
-- each
-- at the time when it happened. Nothing of it carried a commission. On an empty database this does nothing.
create temporary table drafts as
with sale as (
  select
    orders.*, payments.id as payment_id, coalesce(payments.provider = 'cash', false) as is_cash,
    private.money_step(orders.currency) as step
  from public.orders
  left join public.payments
    on payments.checkout_id = orders.checkout_id
      and payments.status = 'succeeded'
      and (payments.order_id is null or payments.order_id = orders.id)
  where orders.payment_status <> 'unpaid' and orders.total_amount + orders.platform_discount_amount > 0
),
-- What each refund takes of the price, and with it of the marketplace's discount: the difference of two rounded sums.
taken as (
  select
    refund.*,
    sale.id as sale_id, sale.store_id as sale_store_id, sale.is_cash,
    coalesce(
      sale.step * (
        div(
          2 * (sale.platform_discount_amount / sale.step)::numeric * (sale.total_amount - refund.before_amount)
            + sale.total_amount,
          2 * sale.total_amount::numeric
        )
        - div(
          2 * (sale.platform_discount_amount / sale.step)::numeric
            * (sale.total_amount - refund.before_amount - refund.amount) + sale.total_amount,
          2 * sale.total_amount::numeric
        )
      ),
      0
    )::bigint as discount_amount
  from (
    select
      refunds.id, refunds.order_id, refunds.origin, refunds.currency, refunds.amount,
      coalesce(refunds.decided_at, refunds.created_at) as at,
      (sum(refunds.amount) over (
        partition by refunds.order_id order by coalesce(refunds.decided_at, refunds.created_at), refunds.id
      ) - refunds.amount)::bigint as before_amount
    from public.refunds
    where refunds.status in ('approved', 'processing', 'succeeded')
  ) as refund
  left join sale on sale.id = refund.order_id and sale.total_amount > 0
)
select
  item.kind, item.cause_id, item.order_id, item.account, item.store_id, item.currency, item.amount, item.at, item.place
from sale
cross join lateral (
  values
    (1, case when sale.is_cash then 'cash_sale' else 'sale' end, case when sale.is_cash then 'cash' else 'provider' end,
      case when sale.is_cash then sale.store_id end, sale.total_amount),
    (2, case when sale.is_cash then 'cash_sale' else 'sale' end, 'discounts', null, sale.platform_discount_amount),
    (3, case when sale.is_cash then 'cash_sale' else 'sale' end, 'store', sale.store_id,
      -(sale.total_amount + sale.platform_discount_amount)),
    (4, 'cash_kept', 'store', sale.store_id, case when sale.is_cash then sale.total_amount else 0 end),
    (5, 'cash_kept', 'cash', sale.store_id, case when sale.is_cash then -sale.total_amount else 0 end),
    -- An order over nothing that was cancelled gives back what the marketplace would have paid.
    (6, 'cancellation', 'store', sale.store_id,
      case when sale.total_amount = 0 and sale.status = 'cancelled' then sale.platform_discount_amount else 0 end),
    (7, 'cancellation', 'discounts', null,
      case when sale.total_amount = 0 and sale.status = 'cancelled' then -sale.platform_discount_amount else 0 end)
) as entry (place, kind, account, store_id, amount)
cross join lateral (
  select entry.kind, sale.id, sale.id, entry.account, entry.store_id, sale.currency, entry.amount,
    coalesce(
      case when entry.kind = 'cancellation' then sale.cancelled_at end, sale.confirmed_at, sale.created_at
    ),
    entry.place
) as item (kind, cause_id, order_id, account, store_id, currency, amount, at, place)
union all
select
  'refund', taken.id, taken.order_id, entry.account, entry.store_id, taken.currency, entry.amount, taken.at, entry.place
from taken
cross join lateral (
  values
    (1, case when taken.sale_id is null then 'unallocated' else 'store' end, taken.sale_store_id,
      case when taken.is_cash then 0 else taken.amount end + taken.discount_amount),
    (2, 'discounts', null, -taken.discount_amount),
    (3, case when taken.origin = 'dispute' then 'disputed' else 'provider' end, null,
      case when taken.is_cash then 0 else -taken.amount end)
) as entry (place, account, store_id, amount)
union all
select
  'late_payment', payments.id, null, entry.account, null, payments.currency, entry.amount, payments.created_at,
  entry.place
from public.payments
join public.checkouts on checkouts.id = payments.checkout_id and checkouts.status = 'refunded'
cross join lateral (
  values (1, 'provider', payments.amount), (2, 'unallocated', -payments.amount)
) as entry (place, account, amount)
where payments.status = 'succeeded' and payments.provider = 'stripe'
union all
select
  entry.kind, disputes.id, null, entry.account, null, disputes.currency, entry.amount, disputes.created_at, entry.place
from public.disputes
cross join lateral (
  values
    (1, 'dispute', 'disputed', disputes.amount),
    (2, 'dispute', 'provider', -disputes.amount),
    (3, 'dispute_excess', 'dispute_costs', case when disputes.status = 'lost' then disputes.excess_amount else 0 end),
    (4, 'dispute_excess', 'disputed', case when disputes.status = 'lost' then -disputes.excess_amount else 0 end)
) as entry (place, kind, account, amount)
where disputes.status in ('needs_response', 'under_review', 'lost');
delete from drafts where amount = 0;

insert into private.ledger_postings (kind, cause_id, order_id, created_at)
select kind, cause_id, min(order_id::text)::uuid, min(at)
from drafts
group by kind, cause_id
order by min(at), min(place);

insert into private.ledger_accounts (kind, store_id, currency, balance, entry_count, booked_at)
select account, store_id, currency, sum(amount), count(*), max(at)
from drafts
where store_id is not null
group by account, store_id, currency;

insert into private.ledger_entries (
  posting_id, position, account_id, currency, amount, number, balance, booked_at
)
select
  ledger_postings.id, row_number() over (partition by ledger_postings.id order by drafts.place), ledger_accounts.id,
  drafts.currency, drafts.amount, case when drafts.store_id is not null then row_number() over history end,
  case when drafts.store_id is not null then sum(drafts.amount) over history end,
  case when drafts.store_id is not null then drafts.at end
from drafts
join private.ledger_postings on ledger_postings.kind = drafts.kind and ledger_postings.cause_id = drafts.cause_id
join private.ledger_accounts
  on ledger_accounts.kind = drafts.account
    and ledger_accounts.store_id is not distinct from drafts.store_id
    and ledger_accounts.currency = drafts.currency
window history as (
  partition by ledger_accounts.id order by drafts.at, ledger_postings.id, drafts.place
  rows between unbounded preceding and current row
);

update public.refunds set booked_amount = amount where status in ('approved', 'processing', 'succeeded');

insert into private.earnings (
  id, order_id, payment_id, store_id, currency, charged_amount, earned_amount, commission_amount, discount_amount,
  held_amount, release_at
)
select
  orders.id, orders.id, payments.id, orders.store_id, orders.currency,
  case when payments.provider = 'stripe' then orders.total_amount else 0 end, -owed.amount, 0, discount.amount,
  -- While a bank decides, its share of the price is held, and of the marketplace's discount.
  coalesce(
    share.amount + discount.amount - private.money_step(orders.currency) * div(
      2 * (orders.platform_discount_amount / private.money_step(orders.currency))::numeric
        * (orders.total_amount - refunded.amount - share.amount) + orders.total_amount,
      2 * nullif(orders.total_amount, 0)::numeric
    ),
    0
  ),
  orders.delivered_at + make_interval(days => settings.payout_hold_days)
from public.orders
cross join private.settings
left join public.payments
  on payments.checkout_id = orders.checkout_id
    and payments.status = 'succeeded'
    and (payments.order_id is null or payments.order_id = orders.id)
cross join lateral (
  select coalesce(sum(drafts.amount), 0) as amount
  from drafts
  where drafts.order_id = orders.id and drafts.account = 'store'
) as owed
cross join lateral (
  select coalesce(sum(drafts.amount), 0) as amount
  from drafts
  where drafts.order_id = orders.id and drafts.account = 'discounts'
) as discount
cross join lateral (
  select coalesce(sum(refunds.booked_amount), 0) as amount from public.refunds where refunds.order_id = orders.id
) as refunded
left join lateral (
  select sum(dispute_shares.amount) as amount
  from public.dispute_shares
  where dispute_shares.order_id = orders.id and dispute_shares.status in ('needs_response', 'under_review')
) as share on true
where orders.payment_status <> 'unpaid' and orders.total_amount + orders.platform_discount_amount > 0;
-- A temporary one.
-- squawk-ignore ban-drop-table
drop table drafts;
