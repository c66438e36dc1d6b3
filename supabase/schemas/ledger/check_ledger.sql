-- The books' part of check_invariants: what the ledger says is worked out a second time from what was sold, refunded
-- and sent.
create or replace function private.check_ledger() returns table (rule text, subject text, detail text)
language plpgsql stable
security definer -- looks at everything
set search_path = ''
as $$
begin
  return query
  select 'posting_sums_to_zero', ledger_entries.posting_id::text,
    format('%s %s', sum(ledger_entries.amount), ledger_entries.currency)
  from private.ledger_entries
  group by ledger_entries.posting_id, ledger_entries.currency
  having sum(ledger_entries.amount) <> 0;

  return query
  select 'account_equals_entries', ledger_accounts.id::text,
    format(
      '%s of %s: balance %s, entries %s; %s entries, %s counted', ledger_accounts.kind, ledger_accounts.store_id,
      ledger_accounts.balance, entry.amount, entry.entries, ledger_accounts.entry_count
    )
  from private.ledger_accounts
  left join (
    select
      numbered.account_id, count(*) as entries, sum(numbered.amount) as amount,
      bool_and(numbered.number = numbered.place and numbered.balance = numbered.running) as is_in_order
    from (
      select
        ledger_entries.*,
        row_number() over (partition by ledger_entries.account_id order by ledger_entries.number) as place,
        sum(ledger_entries.amount) over (partition by ledger_entries.account_id order by ledger_entries.number)
          as running
      from private.ledger_entries
      where ledger_entries.number is not null
    ) as numbered
    group by numbered.account_id
  ) as entry on entry.account_id = ledger_accounts.id
  where (ledger_accounts.balance, ledger_accounts.entry_count) <> (coalesce(entry.amount, 0), coalesce(entry.entries,
    0))
    or not coalesce(entry.is_in_order, true);

  return query
  select 'sale_is_posted', orders.id::text, format('%s, earning %s', orders.payment_status, earnings.id)
  from public.orders
  left join private.earnings on earnings.order_id = orders.id
  where (earnings.id is not null)
    <> (orders.payment_status <> 'unpaid' and orders.total_amount + orders.platform_discount_amount > 0);

  return query
  select 'booking_is_posted', bookings.id::text, format('%s, earning %s', bookings.status, earnings.id)
  from public.bookings
  join public.payments on payments.checkout_id = bookings.checkout_id and payments.status = 'succeeded'
  join public.checkouts on checkouts.id = bookings.checkout_id
  left join private.earnings on earnings.booking_id = bookings.id
  where (earnings.id is not null) <> (checkouts.status = 'paid')
    or earnings.charged_amount <> bookings.paid_amount;

  return query
  select 'refund_is_booked', refunds.id::text,
    format('%s %s, booked %s', refunds.status, refunds.amount, refunds.booked_amount)
  from public.refunds
  where refunds.booked_amount
    <> case when refunds.status in ('approved', 'processing', 'succeeded') then refunds.amount else 0 end;

  return query
  select 'earning_equals_sale', earnings.id::text,
    format(
      'earned %s, commission %s, discount %s; of the sale %s, %s, %s', earnings.earned_amount,
      earnings.commission_amount, earnings.discount_amount,
      kept.left_amount + kept.discount_amount - kept.commission_amount, kept.commission_amount, kept.discount_amount
    )
  from private.earnings
  left join public.payments on payments.id = earnings.payment_id
  cross join lateral private.kept_of_earning(earnings, 0) as kept
  where (earnings.commission_amount, earnings.discount_amount, earnings.earned_amount) <> (
    kept.commission_amount, kept.discount_amount,
    case when payments.provider = 'cash' then 0 else kept.left_amount end + kept.discount_amount
      - kept.commission_amount
  );

  return query
  select 'store_is_owed', ledger_accounts.store_id::text,
    format(
      '%s: owed %s, of what was sold and sent %s', ledger_accounts.currency, -ledger_accounts.balance, part.amount
    )
  from private.ledger_accounts
  cross join lateral (
    select
      coalesce((
        select sum(earnings.earned_amount - earnings.transferred_amount) from private.earnings
        where earnings.store_id = ledger_accounts.store_id and earnings.currency = ledger_accounts.currency
      ), 0) - coalesce((
        select sum(ledger_entries.amount)
        from private.ledger_entries
        join private.ledger_postings on ledger_postings.id = ledger_entries.posting_id
        where ledger_entries.account_id = ledger_accounts.id and ledger_postings.kind = 'correction'
      ), 0) as amount
  ) as part
  where ledger_accounts.kind = 'store' and -ledger_accounts.balance <> part.amount;

  return query
  select 'earning_equals_transfers', earnings.id::text,
    format(
      'transferring %s of %s, transferred %s of %s', earnings.transferring_amount, part.pending,
      earnings.transferred_amount, part.made
    )
  from private.earnings
  cross join lateral (
    select
      coalesce(sum(transfers.amount) filter (where transfers.status = 'pending'), 0) as pending,
      coalesce(sum(transfers.amount - transfers.reversed_amount) filter (where transfers.status = 'made'), 0) as made
    from public.transfers
    where transfers.earning_id = earnings.id
  ) as part
  where (earnings.transferring_amount, earnings.transferred_amount) <> (part.pending, part.made);

  return query
  select 'transfer_equals_reversals', transfers.id::text,
    format(
      'reversing %s of %s, reversed %s of %s', transfers.reversing_amount, part.pending, transfers.reversed_amount,
      part.made
    )
  from public.transfers
  cross join lateral (
    select
      coalesce(sum(transfer_reversals.amount) filter (where transfer_reversals.status = 'pending'), 0) as pending,
      coalesce(sum(transfer_reversals.amount) filter (where transfer_reversals.status = 'made'), 0) as made
    from public.transfer_reversals
    where transfer_reversals.transfer_id = transfers.id
  ) as part
  where (transfers.reversing_amount, transfers.reversed_amount) <> (part.pending, part.made);

  return query
  select 'transferred_is_earned', earnings.id::text,
    format('earned %s, transferred %s', earnings.earned_amount, earnings.transferred_amount)
  from private.earnings
  where earnings.transferred_amount > greatest(earnings.earned_amount, 0)
    -- It is being asked back, or could not be.
    and not exists (
      select from public.transfers
      join public.transfer_reversals on transfer_reversals.transfer_id = transfers.id
      where transfers.earning_id = earnings.id and transfer_reversals.status in ('pending', 'failed')
    );

  return query
  select 'charge_covers_transfers', payments.id::text,
    format('captured %s, transferred %s', payments.captured_amount, sum(transfers.amount))
  from public.transfers
  join public.payments on payments.id = transfers.payment_id
  where transfers.status <> 'canceled'
  group by payments.id
  having sum(transfers.amount) > payments.captured_amount;

  return query
  select 'held_equals_disputes', earnings.id::text, format('held %s', earnings.held_amount)
  from private.earnings
  where earnings.held_amount > 0
    and not exists (
      select from public.disputes
      where disputes.payment_id = earnings.payment_id and disputes.status in ('needs_response', 'under_review')
    );

  return query
  select 'wallet_equals_transfers', ledger_accounts.store_id::text,
    format('%s: wallet %s, transfers and payouts %s', ledger_accounts.currency, ledger_accounts.balance, part.amount)
  from private.ledger_accounts
  cross join lateral (
    select
      coalesce((
        select sum(transfers.amount - transfers.reversed_amount) from public.transfers
        where transfers.store_id = ledger_accounts.store_id
          and transfers.currency = ledger_accounts.currency
          and transfers.status = 'made'
      ), 0) - coalesce((
        select sum(payouts.amount) from public.payouts
        where payouts.store_id = ledger_accounts.store_id
          and payouts.currency = ledger_accounts.currency
          and payouts.status in ('sent', 'paid')
      ), 0) as amount
  ) as part
  where ledger_accounts.kind = 'wallet' and ledger_accounts.balance <> part.amount;

  return query
  select 'disputed_equals_disputes', ledger_accounts.currency,
    format('account %s, open disputes %s', coalesce(entry.amount, 0), coalesce(part.amount, 0))
  from private.ledger_accounts
  left join lateral (
    select sum(ledger_entries.amount) as amount from private.ledger_entries
    where ledger_entries.account_id = ledger_accounts.id
  ) as entry on true
  left join lateral (
    select sum(disputes.amount) as amount from public.disputes
    where disputes.currency = ledger_accounts.currency and disputes.status in ('needs_response', 'under_review')
  ) as part on true
  where ledger_accounts.kind = 'disputed' and coalesce(entry.amount, 0) <> coalesce(part.amount, 0);
end;
$$;
comment on function private.check_ledger() is
  'One row for everything in the books that must never be; see check_invariants.';
