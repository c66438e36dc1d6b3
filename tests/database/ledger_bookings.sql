-- The money of appointments in the books: what is paid in advance, what goes back, what is kept and sent.
begin;
set local search_path = public, extensions;
select plan(12);
-- include: actors, bookings

create function pg_temp.event(fact jsonb) returns text
language sql
as $$
  select pg_temp.ask(
    'event', 'service',
    format('public.apply_payment_event(%L, ''test'', now(), false, %L)', 'evt_' || gen_random_uuid(), fact)
  ) ->> 'outcome'
$$;
create function pg_temp.paid(name text, starts_at text) returns text
language plpgsql
as $$
declare
  v_payment payments;
begin
  perform pg_temp.book(name, 'customer', 'cut service', starts_at);
  perform pg_temp.ask(
    'prepared', 'customer', format('public.prepare_payment(%L)', (select checkout_id from pg_temp.booking(name)))
  );
  select payments.* into v_payment
  from payments where payments.checkout_id = (select checkout_id from pg_temp.booking(name));
  return pg_temp.event(jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_' || name, 'status', 'succeeded', 'amount', v_payment.amount,
    'amount_received', v_payment.amount, 'currency', v_payment.currency, 'payment_id', v_payment.id,
    'checkout_id', v_payment.checkout_id, 'charge_id', 'ch_' || name
  ));
end;
$$;
create function pg_temp.dispute(name text, amount bigint, status text) returns text
language sql
as $$
  select pg_temp.event(jsonb_build_object(
    'kind', 'dispute', 'dispute_id', 'du_' || name, 'intent_id', 'pi_' || name, 'amount', dispute.amount,
    'currency', 'USD', 'reason', 'fraudulent', 'status', dispute.status
  ))
$$;
-- What this test has moved: P our balance at the provider, S what the store is owed (-), K commission, Q disputed.
create function pg_temp.money() returns text
language sql
as $$
  select coalesce(string_agg(format('%s %s', account.name, account.amount), ' ' order by account.name), '')
  from (
    select
      case ledger_accounts.kind
        when 'provider' then 'P' when 'commission' then 'K' when 'disputed' then 'Q' when 'unallocated' then 'U'
        when 'store' then 'S'
      end as name,
      sum(ledger_entries.amount) as amount
    from private.ledger_entries
    join private.ledger_postings on ledger_postings.id = ledger_entries.posting_id
    join private.ledger_accounts on ledger_accounts.id = ledger_entries.account_id
    where ledger_postings.created_at = now() and ledger_accounts.kind not in ('wallet', 'wallets')
    group by 1
  ) as account
  where account.amount <> 0
$$;
create function pg_temp.transfer() returns text
language plpgsql
as $$
declare
  v_id uuid;
  v_made text := '';
begin
  for v_id in select transfer_id from public.list_transfers_to_make() loop
    v_made := v_made || (public.prepare_transfer_for_job(v_id) ->> 'amount');
    perform public.record_transfer(v_id, 'tr_' || v_id);
  end loop;
  return v_made;
end;
$$;
create function pg_temp.day(days integer, hour integer) returns text
language sql
as $$
  select to_char(
    date_trunc('day', now() at time zone 'UTC') + make_interval(days => day.days, hours => day.hour),
    'YYYY-MM-DD"T"HH24:MI"Z"'
  )
$$;
select pg_temp.clock(now()::text);
update private.settings set payout_hold_days = 0;
select pg_temp.shop(
  'cut', 'UTC', pg_temp.week('00:00', '24:00'),
  'duration_minutes => 60, price_amount => 9000, deposit_amount => 3000, cancel_fee_bps => 5000, cancel_minutes => 1440'
);
select public.set_commission('store', (select value::uuid from ids where name = 'cut'), 1000);
insert into public.payout_accounts (store_id, provider_account_id, transfers_enabled, payouts_enabled)
select value::uuid, 'acct_cut', true, true from ids where name = 'cut';

select pg_temp.paid('one', pg_temp.day(5, 10));
select is(
  (select commission_bps || ' ' || commission_amount from pg_temp.booking('one')), '1000 300',
  'the commission of an appointment is frozen when it is booked, on what is paid in advance'
);
select is(
  pg_temp.money(), 'K -300 P 3000 S -2700', 'what is paid in advance is owed to the store, less the commission'
);
savepoint paid;
select pg_temp.attempt('customer', 'select public.cancel_booking({one})');
select is(pg_temp.money(), '', 'an appointment that was cancelled in time owes nothing');
rollback to paid;
select pg_temp.clock(pg_temp.day(5, 9));
select pg_temp.attempt('customer', 'select public.cancel_booking({one})');
select is(
  pg_temp.money(),
  'K -150 P 1500 S -1350', 'of a late cancellation the store keeps its half, less the commission on it'
);
update private.earnings set release_at = now() where booking_id = (select id from pg_temp.booking('one'));
select is(pg_temp.transfer(), '1350', 'what is kept of a cancelled appointment is sent to the store');
rollback to paid;
select is(pg_temp.transfer(), '', 'nothing is sent before the appointment');
update private.earnings set release_at = now() where booking_id = (select id from pg_temp.booking('one'));
select is(pg_temp.transfer(), '2700', 'what was paid in advance is sent to the store');
select pg_temp.dispute('one', 3000, 'needs_response');
select is(
  (select string_agg(cause || ' ' || amount, ', ') from public.transfer_reversals where status = 'pending'
    and store_id::text = (select value from ids where name = 'cut')),
  'dispute 2700', 'a disputed appointment is asked back'
);
select pg_temp.dispute('one', 3000, 'lost');
select is(
  pg_temp.money(),
  'P -2700 S 2700', 'an appointment that a bank took back is owed by its store until it gives it back'
);
select public.record_reversal(reversal_id, 'trr_one') from public.list_reversals_to_make();
select is(pg_temp.money(), '', 'then all is settled, and the commission is gone');
select is_empty('select * from private.check_invariants()', 'the books balance with appointments');

update private.earnings set charged_amount = charged_amount + 1 where booking_id = (select id from
  pg_temp.booking('one'));
select is(
  (select string_agg(distinct rule, ', ') from private.check_ledger()), 'booking_is_posted, earning_equals_sale',
  'a booking whose payment was booked otherwise is noticed'
);
select * from finish();
rollback;
