-- What follows from a booking: its payment, in time or late, what goes back, and who is told what.
begin;
set local search_path = public, extensions;
select plan(85);
-- include: actors, bookings

create function pg_temp.day(days integer, hour integer default 10) returns text
language sql
as $$
  select to_char(
    date_trunc('day', now() at time zone 'UTC') + make_interval(days => day.days, hours => day.hour),
    'YYYY-MM-DD"T"HH24:MI"Z"'
  )
$$;
create function pg_temp.event(id text, fact jsonb) returns text
language sql
as $$
  select coalesce(
    pg_temp.ask(
      'event', 'service', format('public.apply_payment_event(%L, ''test'', now(), false, %L)', id, fact)
    ) ->> 'outcome',
    (select value ->> 'error' from answers where name = 'event')
  )
$$;
create function pg_temp.paid(booking text, status text default 'succeeded') returns text
language plpgsql
as $$
declare
  v_payment payments;
begin
  select payments.* into v_payment
  from payments
  where payments.checkout_id = (select checkout_id from pg_temp.booking(paid.booking));
  return pg_temp.event('evt ' || paid.booking || ' ' || paid.status, jsonb_build_object(
    'kind', 'intent', 'intent_id', coalesce(v_payment.provider_payment_id, 'pi_' || v_payment.id),
    'status', paid.status, 'amount', v_payment.amount,
    'amount_received', case when paid.status = 'succeeded' then v_payment.amount else 0 end,
    'currency', v_payment.currency, 'payment_id', v_payment.id, 'checkout_id', v_payment.checkout_id,
    'failure_code', 'card_declined', 'failure_message', 'Your card was declined.'
  ));
end;
$$;
create function pg_temp.prepare(booking text, actor text default 'customer') returns jsonb
language sql
as $$
  select pg_temp.ask(
    'prepared', actor,
    format('public.prepare_payment(%L)', (select checkout_id from pg_temp.booking(booking)))
  )
$$;
create function pg_temp.held(booking text, actor text, service text, starts_at text) returns text
language sql
as $$
  select concat_ws(
    ' ', pg_temp.book(booking, actor, service, starts_at), pg_temp.prepare(booking, actor) ->> 'status'
  )
$$;
-- What a person was told since the last look, in the app and by mail; each once.
create temporary table looked (notification_id uuid, outbox_id uuid);
create function pg_temp.told(actor text) returns text
language plpgsql
as $$
declare
  v_user_id uuid := (select actors.user_id from actors where actors.name = told.actor);
  v_said text;
begin
  select concat_ws(
    ' | ',
    (
      select string_agg(kind, ' ' order by id)
      from notifications
      where user_id = v_user_id
        and id not in (select notification_id from looked where notification_id is not null)
    ),
    (
      select string_agg(template, ' ' order by id)
      from private.outbox
      where user_id = v_user_id
        and id not in (select outbox_id from looked where outbox_id is not null)
    )
  ) into v_said;
  insert into looked
  select id, null from notifications where user_id = v_user_id
  union all
  select null, id from private.outbox where user_id = v_user_id;
  return v_said;
end;
$$;
create function pg_temp.store_told(shop text) returns text
language plpgsql
as $$
declare
  v_said text := (
    select string_agg(template, ' ' order by id)
    from private.outbox
    where store_id::text = (select value from ids where name = shop)
      and id not in (select outbox_id from looked where outbox_id is not null)
  );
begin
  insert into looked
  select null, id from private.outbox where store_id::text = (select value from ids where name = shop);
  return v_said;
end;
$$;
create function pg_temp.money(booking text) returns text
language sql
as $$
  select concat_ws(
    ' ', status, 'paid', paid_amount, 'back', refunding_amount, refunded_amount,
    (select status from checkouts where id = checkout_id)
  )
  from pg_temp.booking(booking)
$$;
create function pg_temp.refunded(booking text, success boolean default true) returns text
language plpgsql
as $$
declare
  v_refund refunds := (
    select refunds
    from refunds
    where booking_id = (select id from pg_temp.booking(refunded.booking))
    order by id desc
    limit 1
  );
begin
  return pg_temp.ask('attached', 'service', format(
    'public.attach_refund(%L, %L, %L)', v_refund.id, 're_' || v_refund.id,
    case when success then 'succeeded' else 'failed' end
  )) ->> 'status';
end;
$$;

-- Those of the seed are not looked at here.
delete from private.booking_reminders;
select pg_temp.clock(now()::text);
select pg_temp.shop(
  'paid', 'UTC', pg_temp.week('00:00', '24:00'),
  'duration_minutes => 60, price_amount => 5000, deposit_amount => 1999, cancel_fee_bps => 3333,
    cancel_minutes => 1440'
);
select pg_temp.shop('free', 'UTC', pg_temp.week('00:00', '24:00'), 'duration_minutes => 60');
select pg_temp.shop(
  'asked', 'UTC', pg_temp.week('00:00', '24:00'),
  'duration_minutes => 60, price_amount => 3000, deposit_amount => 3000, needs_approval => true'
);

-- Paid in time.
select is(
  pg_temp.held('one', 'customer', 'paid service', pg_temp.day(5)), 'held pending',
  'a booking to be paid in advance is held, and its checkout is prepared like that of an order'
);
select is(
  (
    select (value ->> 'amount') || (value ->> 'currency') || (value ->> 'description')
    from answers
    where name = 'prepared'
  ),
  '1999USDAppointment at Paid',
  'the amount to pay for a booking is its deposit'
);
select is(pg_temp.told('customer'), '', 'a customer who is still paying is told nothing');
select is(
  pg_temp.attempt(
    'other customer', format('select prepare_payment(%L)', (select checkout_id from pg_temp.booking('one')))
  ),
  'PT404 checkout_not_found',
  'another customer cannot prepare the payment of a booking'
);
select is(pg_temp.paid('one', 'requires_payment_method'), 'applied', 'the event of a declined card is applied');
select is(
  pg_temp.told('customer'), 'payment_failed | payment_failed',
  'a customer whose card was declined is told in the app and by mail'
);
select is(
  (select body from notifications where kind = 'payment_failed'),
  'Your card was declined. Nothing was charged, and your time is still kept for you: pay again.',
  'a customer whose card was declined for an appointment is told that the time is kept'
);
select is(pg_temp.paid('one'), 'applied', 'the event of a payment that succeeds after a declined card is applied');
select is(pg_temp.money('one'), 'confirmed paid 1999 back 0 0 paid', 'a payment in time confirms its booking');
select is(
  pg_temp.told('customer'), 'booking_confirmed | booking_confirmed',
  'the customer of a confirmed booking is told once in the app and once by mail'
);
select is(pg_temp.store_told('paid'), 'booking_confirmed_store', 'the store of a confirmed booking is told once');
select is(pg_temp.paid('one'), 'duplicate', 'a payment event that comes again is a duplicate');
select is(pg_temp.told('customer'), '', 'a payment event that comes again tells the customer nothing new');

-- Late, and the time is free.
select is(
  pg_temp.held('late', 'customer', 'paid service', pg_temp.day(6)), 'held pending',
  'a customer may hold another time after the first is confirmed'
);
select pg_temp.clock((now() + interval '20 minutes')::text);
select is((select private.expire_bookings()), 1, 'a hold that was not paid in time is ended by the job');
select is(pg_temp.told('customer'), '', 'a customer whose hold has ended is told nothing');
select is(
  pg_temp.money('late'), 'expired paid 0 back 0 0 expired',
  'the checkout of a hold that has ended is expired'
);
select is(pg_temp.paid('late'), 'applied', 'the event of a payment after the end of its hold is applied');
select is(
  pg_temp.money('late'), 'confirmed paid 1999 back 0 0 paid',
  'a late payment confirms its booking while the time is free'
);
select is(
  pg_temp.told('customer'), 'booking_confirmed | booking_confirmed',
  'the customer of a booking that was paid late is told of its confirmation once'
);

-- Late, and somebody else has it.
select pg_temp.clock(now()::text);
select is(
  pg_temp.held('lost', 'customer', 'paid service', pg_temp.day(7)), 'held pending',
  'a customer may hold a third time'
);
select pg_temp.clock((now() + interval '15 minutes')::text);
select is(
  pg_temp.held('won', 'other customer', 'paid service', pg_temp.day(7)), 'held pending',
  'a hold past its end gives its time to another customer before any job has run'
);
select pg_temp.store_told('paid');
select is(pg_temp.paid('lost'), 'applied', 'the event of a payment for a time that is gone is applied');
select is(
  pg_temp.money('lost'), 'expired paid 1999 back 1999 0 refunded',
  'a late payment for a time that is gone goes back whole'
);
select is(
  pg_temp.told('customer'), 'booking_refunded_late | booking_refunded_late',
  'the customer of a late payment that goes back is told once'
);
select is(pg_temp.store_told('paid'), null, 'the store is told nothing of a late payment that goes back');
select is(
  (
    select (store_id is not null, order_id, origin, status, amount)::text
    from refunds
    where booking_id = (select id from pg_temp.booking('lost'))
  ),
  '(t,,system,approved,1999)',
  'the refund of a late payment is approved, and names its booking and store'
);
select is(
  (select array_agg(amount) from list_refunds_to_issue()), array[1999::bigint],
  'the refund of a late payment is listed for the job that issues all refunds'
);
select is(
  pg_temp.refunded('lost'), 'succeeded',
  'the refund of a late payment is attached when the provider has given it back'
);
select is(
  pg_temp.money('lost'), 'expired paid 1999 back 0 1999 refunded',
  'a booking counts the late payment that was given back'
);
select is(pg_temp.told('customer'), '', 'the customer is told nothing more when a late payment has been given back');
select is(pg_temp.paid('won'), 'applied', 'the event of the payment of the second hold is applied');
select is(
  pg_temp.money('won'), 'confirmed paid 1999 back 0 0 paid',
  'the payment of the second hold confirms the second booking'
);
select pg_temp.clock(now()::text);

-- Cancelled: the policy of the day on which it was booked.
select pg_temp.told('other customer'), pg_temp.store_told('paid');
select is(
  pg_temp.attempt('customer', 'select cancel_booking({one}, ''I am ill'')'), '1',
  'a customer may cancel a booking in time'
);
select is(
  pg_temp.money('one'), 'cancelled paid 1999 back 1999 0 paid',
  'all of the deposit goes back when a customer cancels in time'
);
select is(
  pg_temp.told('customer'), 'booking_cancelled | booking_cancelled',
  'the customer of a cancelled booking is told once in the app and once by mail'
);
select is(pg_temp.store_told('paid'), 'booking_cancelled_store', 'the store is told once when a customer cancels');
select is(
  pg_temp.attempt('customer', 'select cancel_booking({one}, ''I am ill'')'), '1',
  'cancelling a paid booking again succeeds'
);
select is(
  (select count(*) from refunds where booking_id = (select id from pg_temp.booking('one'))), 1::bigint,
  'cancelling a paid booking again makes no second refund'
);
select pg_temp.clock(pg_temp.day(5, 11));
select is(
  pg_temp.attempt('customer', 'select cancel_booking({late})'), '1',
  'a customer may cancel after the free period has ended'
);
select is(
  pg_temp.money('late'), 'cancelled paid 1999 back 1333 0 paid',
  'a customer who cancels an hour too late gets back the deposit less 33.33 per cent'
);
select is(
  (
    select payload ->> 'refund_amount'
    from private.outbox
    where template = 'booking_cancelled'
    order by id desc
    limit 1
  ),
  '1333',
  'the letter about a cancelled booking states the amount that goes back'
);
select is(
  pg_temp.attempt('staff', 'select cancel_booking({won}, ''Burst pipe'')'), '1',
  'the staff of a store may cancel a booking'
);
select is(
  pg_temp.money('won'), 'cancelled paid 1999 back 1999 0 paid',
  'all of the deposit goes back when the store cancels, however late'
);
select is(
  pg_temp.told('other customer'), 'booking_cancelled | booking_cancelled',
  'a customer is told once when the store cancels'
);
select is(
  pg_temp.store_told('paid'), 'booking_cancelled_store',
  'a store is told of what its customer cancelled, not of what it cancelled itself'
);
select is(pg_temp.refunded('won', false), 'failed', 'the refund of a booking that the bank refuses is failed');
select is(
  pg_temp.told('other customer'), 'refund_failed | refund',
  'a customer whose refund has failed is told of it in the app and by mail'
);
select is(
  (select title from notifications where kind = 'refund_failed'),
  (
    select format('Your refund for your appointment for %s could not be paid out yet', service_name)
    from pg_temp.booking('won')
  ),
  'a customer whose refund has failed is told for which appointment it was'
);
select pg_temp.clock(now()::text);

-- Asked for: paid, then decided.
select is(
  pg_temp.held('ask', 'customer', 'asked service', pg_temp.day(8)), 'held pending',
  'a booking to be paid and approved is held for its payment first'
);
select is(pg_temp.paid('ask'), 'applied', 'the event of the payment of a booking to be approved is applied');
select is(
  pg_temp.money('ask'), 'requested paid 3000 back 0 0 paid',
  'a booking to be approved waits for the store once it is paid'
);
select pg_temp.told('customer');
select is(
  pg_temp.store_told('asked'), 'booking_requested_store',
  'a store is asked about a booking to be approved once it is paid'
);
select is(
  pg_temp.attempt('staff', 'select decide_booking({ask}, false, ''Full that week'')'), '1',
  'the staff of a store may decline a paid booking'
);
select is(
  pg_temp.money('ask'), 'declined paid 3000 back 3000 0 paid',
  'all that was paid goes back when the store declines'
);
select is(
  pg_temp.told('customer'), 'booking_declined | booking_declined',
  'a customer is told once when the store declines'
);

-- A refund at the provider.
select pg_temp.held('dash', 'customer', 'paid service', pg_temp.day(9)), pg_temp.paid('dash');
select is(
  pg_temp.event(
    'evt_re',
    jsonb_build_object(
      'kind', 'refund', 'provider_refund_id', 're_dash', 'intent_id',
      (
        select coalesce(provider_payment_id, 'pi_' || id)
        from payments
        where checkout_id = (select checkout_id from pg_temp.booking('dash'))
      ),
      'amount', 500, 'currency', 'USD', 'status', 'succeeded'
    )
  ),
  'applied',
  'the event of a refund made at the provider is applied'
);
select is(
  pg_temp.money('dash'), 'confirmed paid 1999 back 0 500 paid',
  'a booking counts a refund made at the provider'
);
select pg_temp.attempt('staff', 'select cancel_booking({dash})');
select is(
  pg_temp.money('dash'), 'cancelled paid 1999 back 1499 500 paid',
  'only what a refund at the provider has left goes back when the store cancels'
);

-- Moved; reminded.
select pg_temp.told('customer');
select is(
  pg_temp.book('walk', 'customer', 'free service', pg_temp.day(3)), 'confirmed',
  'a booking without a deposit is confirmed at once'
);
select is(
  (
    select string_agg(hours::text, ' ' order by hours)
    from private.booking_reminders
    where booking_id = (select id from pg_temp.booking('walk'))
  ),
  '2 24',
  'a booking in three days has two reminders to come'
);
select is(
  pg_temp.attempt('customer', format('select reschedule_booking({walk}, %L)', pg_temp.day(4))), '1',
  'a customer may move a booking'
);
select is(
  pg_temp.told('customer'), 'booking_confirmed booking_moved | booking_confirmed booking_moved',
  'a customer who moved a booking is told of it in the app and by mail'
);
select pg_temp.clock(pg_temp.day(2, 11));
select is(private.remind_bookings(), 0, 'nobody is reminded a day before the time from which a booking was moved');
select pg_temp.clock(pg_temp.day(3, 10));
select is(
  private.remind_bookings() || ' ' || private.remind_bookings(), '1 0',
  'a customer is reminded once, a day before the new time'
);
select is(
  pg_temp.told('customer'), 'booking_reminder | booking_reminder',
  'a reminder is sent in the app and by mail'
);
select is(
  (
    select private.outbox_data(template, payload, null) -> 'booking' ->> 'sequence'
    from private.outbox
    where template = 'booking_reminder'
  ),
  '1',
  'the letter of a reminder carries the version of its event'
);
select pg_temp.attempt('customer', 'select cancel_booking({walk})');
select is(
  (select private.outbox_data(template, payload, null) from private.outbox where template = 'booking_reminder'), null,
  'the letter of a reminder that has not gone out when its booking is cancelled has no data to send'
);
select is(
  (select count(*) from private.booking_reminders), 0::bigint,
  'a cancelled booking has no reminders to come'
);

-- Everybody who runs the shop sums up.
select is(
  (
    select value -> 'currencies' -> 0 ->> 'bookings_amount'
    from pg_temp.ask('sum', 'owner', 'public.sales_summary({paid})') as value
  ),
  '3998',
  'the sales summary of a store counts what was paid for bookings where some of it stays'
);
select is(
  pg_temp.attempt('admin', $$select id from admin_bookings where store in ('Paid', 'Free', 'Asked')$$) || ' '
  || pg_temp.attempt('owner', 'select id from admin_bookings'),
  '7 0',
  'operators see all bookings by name, owners see none of that list'
);
select pg_temp.clock(now()::text);
-- A bank debit takes its days.
select pg_temp.clock(now()::text);
select pg_temp.held('debit', 'customer', 'paid service', pg_temp.day(9));
select pg_temp.told('customer');
select is(pg_temp.paid('debit', 'processing'), 'applied', 'the event of a bank debit for an appointment is applied');
select pg_temp.clock((now() + interval '3 days')::text);
select private.expire_bookings();
select is(
  pg_temp.money('debit'), 'held paid 0 back 0 0 pending', 'a hold does not end while its bank debit is under way'
);
select is(
  pg_temp.book('greedy', 'rival', 'paid service', pg_temp.day(9)), '409 slot_taken',
  'nobody else gets a time whose bank debit is under way'
);
select is(pg_temp.paid('debit'), 'applied', 'the event of a bank debit that succeeded after days is applied');
select is(
  pg_temp.money('debit'), 'confirmed paid 1999 back 0 0 paid',
  'a bank debit that succeeds after days confirms its booking'
);
select is(
  pg_temp.told('customer'), 'booking_confirmed | booking_confirmed',
  'the customer of a bank debit is told of the confirmation and of nothing before'
);
select pg_temp.clock(now()::text);
select pg_temp.held('bounced', 'customer', 'paid service', pg_temp.day(10));
select pg_temp.paid('bounced', 'processing');
select is(
  pg_temp.paid('bounced', 'requires_payment_method') || ' ' || (
    select concat_ws(' ', bookings.status, bookings.hold_expires_at = checkouts.expires_at)
    from pg_temp.booking('bounced') as bookings
    join checkouts on checkouts.id = bookings.checkout_id
  ),
  'applied held t', 'a bank debit that fails in time leaves what is left of the hold'
);
select is(
  (select body from notifications where kind = 'payment_failed' order by id desc limit 1),
  'Your card was declined. Nothing was charged, and your time is still kept for you: pay again.',
  'who may pay again after a bank debit that failed is told so'
);
select pg_temp.attempt('customer', 'select cancel_booking({bounced})');
select pg_temp.held('broke', 'customer', 'paid service', pg_temp.day(10));
select pg_temp.paid('broke', 'processing');
update checkouts set expires_at = now() - interval '1 day'
where id = (select checkout_id from pg_temp.booking('broke'));
select is(
  pg_temp.paid('broke', 'requires_payment_method') || ' ' || pg_temp.money('broke'),
  'applied expired paid 0 back 0 0 expired',
  'a bank debit that fails when the time to pay is over ends its booking at once'
);
select is(
  (select body from notifications where kind = 'payment_failed' order by id desc limit 1),
  'Your card was declined. Nothing was charged, and the appointment is not waiting for it any more.',
  'who cannot pay again after a bank debit that failed is told so'
);
select is(
  pg_temp.held('never', 'customer', 'paid service', pg_temp.day(10)), 'held pending',
  'the time of a bank debit that failed is free again'
);
select pg_temp.paid('never', 'processing');
select pg_temp.clock(pg_temp.day(10));
select is((select private.expire_bookings()), 1, 'no bank debit keeps a time beyond its own start');
select is(
  pg_temp.paid('never') || ' ' || pg_temp.money('never'), 'applied expired paid 1999 back 1999 0 refunded',
  'a bank debit that arrives when its appointment should have begun goes back'
);
select is(
  (select jsonb_agg(to_jsonb(violation) - 'subject') from private.check_invariants() as violation), null,
  'no invariant of the books is violated after the payments and refunds of bookings'
);
select * from finish();
rollback;
