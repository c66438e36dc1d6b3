-- The books' own oracle is put to the test: each of its rules is broken, alone, and seen to fire. And what stands in
-- front of it: the ledger takes no posting that does not balance, and no change.
begin;
set local search_path = public, extensions;
select plan(28);
-- include: actors, orders, money, breaches

select pg_temp.price('apple', 6000), pg_temp.commission('olgas', 1000), pg_temp.onboarded('olgas', 'owner');
select pg_temp.paid('sent', '[{"apple": 1}]'), pg_temp.delivered('sent olgas'), pg_temp.transfer();
select pg_temp.refunded('sent olgas', 2000);
select pg_temp.paid('waits', '[{"apple": 1}]');
select pg_temp.paid('disputed', '[{"apple": 1}]');
select pg_temp.event(pg_temp.dispute('disputed', 'du_1', 6000));
select is_empty('select * from private.check_invariants()', 'no invariant of the books is violated to begin with');

-- What the ledger refuses.
select throws_like(
  $$
    select private.post(array[
      ('correction', gen_random_uuid(), 0, null, 'provider', null, 'USD', 100, null),
      ('correction', gen_random_uuid(), 0, null, 'adjustments', null, 'USD', -100, null)
    ]::private.ledger_draft[])
  $$,
  'posting % does not balance%', 'two halves with different causes are not one posting'
);
select throws_like(
  $$
    select private.post(array[
      ('correction', 'b0000000-0000-4000-8000-000000000001', 0, null, 'provider', null, 'USD', 100, null),
      ('correction', 'b0000000-0000-4000-8000-000000000001', 0, null, 'adjustments', null, 'EUR', -100, null)
    ]::private.ledger_draft[])
  $$,
  'posting % does not balance%', 'a posting balances in each currency'
);
select throws_like(
  $$
    insert into private.ledger_entries (posting_id, position, account_id, currency, amount)
    select posting_id, 99, account_id, currency, 1 from private.ledger_entries limit 1
  $$,
  'posting % does not balance%', 'nothing is added to a posting that was written'
);
select throws_ok(
  'update private.ledger_entries set amount = amount + 1', 'PT403', 'ledger_entries is append-only.',
  'no entry is changed'
);
select throws_ok(
  'delete from private.ledger_postings', 'PT403', 'ledger_postings is append-only.', 'no posting is taken away'
);
select throws_ok(
  'truncate private.ledger_entries', 'PT403', 'ledger_entries is append-only.', 'the ledger is not emptied'
);
select is(
  pg_temp.attempt('service', 'select * from private.ledger_entries'), '42501',
    'not even a service reads the ledger itself'
);
select lives_ok(
  $$
    select private.post(array[
      ('sale', ids.value::uuid, 0, null, 'provider', null, 'USD', 1, null),
      ('sale', ids.value::uuid, 0, null, 'adjustments', null, 'USD', -1, null)
    ]::private.ledger_draft[]) from ids where name = 'waits olgas'
  $$,
  'a sale that is posted again is no error'
);
select is(
  (select count(*)::integer from private.ledger_postings
    where kind = 'sale' and cause_id::text = (select value from ids where name = 'waits olgas')),
  1, 'a cause has one posting of a kind'
);

alter table private.ledger_entries disable trigger user;
alter table private.ledger_postings disable trigger user;
alter table public.orders disable trigger user;
alter table public.refunds disable trigger user;
select is(pg_temp.says_of('private.check_ledger', breach), rule, format('the rule %s notices: %s', rule, how))
from (values
  (
    'posting_sums_to_zero', 'an entry of the marketplace that somebody edited',
    $$
      update private.ledger_entries set amount = amount - 1
      from private.ledger_accounts
      where ledger_accounts.id = ledger_entries.account_id and ledger_accounts.kind = 'commission'
        and (posting_id, position) = (
          select posting_id, position from private.ledger_entries as one where one.account_id
            = ledger_accounts.id limit 1
        )
    $$
  ),
  (
    'account_equals_entries, store_is_owed', 'a balance that somebody edited',
    'update private.ledger_accounts set balance = balance + 1 where kind = ''store'' and store_id = {olgas}'
  ),
  (
    'account_equals_entries', 'a running balance that somebody edited',
    $$
      update private.ledger_entries set balance = ledger_entries.balance + 1
      from private.ledger_accounts
      where ledger_accounts.id = ledger_entries.account_id and ledger_accounts.kind = 'store' and store_id = {olgas}
        and number = 1
    $$
  ),
  (
    'account_equals_entries', 'a number that is missing',
    $$
      update private.ledger_entries set number = number + 1000
      from private.ledger_accounts
      where ledger_accounts.id = ledger_entries.account_id and ledger_accounts.kind = 'store' and store_id = {olgas}
        and number = entry_count
    $$
  ),
  (
    'sale_is_posted, store_is_owed', 'a paid order that earned nothing',
    'delete from private.earnings where id = {waits olgas}'
  ),
  (
    'sale_is_posted', 'an order that earned before it was paid',
    'update public.orders set payment_status = ''unpaid'', status = ''pending'' where id = {waits olgas}'
  ),
  (
    'earning_equals_sale, refund_is_booked', 'a refund that was not booked',
    'update public.refunds set booked_amount = 0 where order_id = {sent olgas}'
  ),
  (
    'earning_equals_sale', 'a commission that follows no line',
    'update private.earnings set commission_amount = commission_amount + 1 where id = {waits olgas}'
  ),
  (
    'earning_equals_sale, store_is_owed', 'more earned than was sold',
    'update private.earnings set earned_amount = earned_amount + 1 where id = {waits olgas}'
  ),
  (
    'earning_equals_transfers, store_is_owed', 'more sent than was transferred',
    'update private.earnings set transferred_amount = transferred_amount - 1 where id = {sent olgas}'
  ),
  (
    'earning_equals_transfers', 'something under way that is not',
    'update private.earnings set transferring_amount = transferring_amount + 1 where id = {waits olgas}'
  ),
  (
    'transfer_equals_reversals', 'a reversal that is not there',
    'update public.transfers set reversing_amount = 0 where order_id = {sent olgas}'
  ),
  (
    'transferred_is_earned', 'a store that keeps what was refunded',
    $$
      with gone as (
        update public.transfer_reversals set status = 'canceled' where cause = 'refund'
        returning transfer_id
      )
      update public.transfers set reversing_amount = 0 from gone where gone.transfer_id = transfers.id
    $$
  ),
  (
    'charge_covers_transfers, earning_equals_transfers', 'a charge that was sent twice',
    $$
      insert into public.transfers (store_id, order_id, earning_id, part, payment_id, currency, amount)
      select store_id, order_id, earning_id, 9, payment_id, currency, 6000 from public.transfers
      where order_id = {sent olgas}
    $$
  ),
  (
    'held_equals_disputes', 'a sale that is held for no dispute',
    'update private.earnings set held_amount = 1 where id = {waits olgas}'
  ),
  (
    'wallet_equals_transfers', 'a payout that was not booked',
    $$
      insert into public.payouts (
        store_id, currency, requested_amount, amount, status, provider_payout_id, sent_at
      ) values ({olgas}, 'USD', 1, 1, 'sent', 'po_1', now())
    $$
  ),
  (
    'disputed_equals_disputes', 'a dispute whose money was not booked',
    'update public.disputes set amount = amount + 1 where provider_dispute_id = ''du_1'''
  )
) as broken (rule, how, breach);
select set_eq(
  'select rule from provoked',
  $$
    select regexp_matches[1]
    from pg_proc, regexp_matches(pg_proc.prosrc, 'return query\s+select ''([a-z_]+)''', 'g')
    where pg_proc.oid = 'private.check_ledger'::regproc
      -- ledger_bookings.sql breaks that one.
      and regexp_matches[1] <> 'booking_is_posted'
  $$,
  'there is no rule of the books that nothing broke'
);
select * from finish();
rollback;
