-- What follows from a booking: its payment, in time or late, what goes back, and who is told what.
begin;
set local search_path = public, extensions;
select plan(70);
-- include: actors, bookings

create function pg_temp.day(days integer, hour integer default 10) returns text language sql as $$
  select to_char(date_trunc('day', now() at time zone 'UTC') + make_interval(days => day.days, hours => day.hour), 'YYYY-MM-DD"T"HH24:MI"Z"')
$$;
create function pg_temp.event(id text, fact jsonb) returns text
language sql
as $$ select coalesce(pg_temp.ask('event', 'service', format('public.apply_payment_event(%L, ''test'', now(), false, %L)', id, fact)) ->> 'outcome', (select value ->> 'error' from answers where name = 'event')) $$;
create function pg_temp.paid(booking text, status text default 'succeeded') returns text
language plpgsql
as $$
declare
  v_payment payments;
begin
  select payments.* into v_payment from payments where payments.checkout_id = (select checkout_id from pg_temp.booking(paid.booking));
  return pg_temp.event('evt ' || paid.booking || ' ' || paid.status, jsonb_build_object(
    'kind', 'intent', 'intent_id', coalesce(v_payment.provider_payment_id, 'pi_' || v_payment.id), 'status', paid.status, 'amount', v_payment.amount,
    'amount_received', case when paid.status = 'succeeded' then v_payment.amount else 0 end, 'currency', v_payment.currency,
    'payment_id', v_payment.id, 'checkout_id', v_payment.checkout_id, 'failure_code', 'card_declined', 'failure_message', 'Your card was declined.'
  ));
end;
$$;
create function pg_temp.prepare(booking text, actor text default 'customer') returns jsonb language sql as $$
  select pg_temp.ask('prepared', actor, format('public.prepare_payment(%L)', (select checkout_id from pg_temp.booking(booking))))
$$;
create function pg_temp.held(booking text, actor text, service text, starts_at text) returns text language sql as $$
  select concat_ws(' ', pg_temp.book(booking, actor, service, starts_at), pg_temp.prepare(booking, actor) ->> 'status')
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
  select concat_ws(' | ',
    (select string_agg(kind, ' ' order by id) from notifications where user_id = v_user_id and id not in (select notification_id from looked where notification_id is not null)),
    (select string_agg(template, ' ' order by id) from private.outbox where user_id = v_user_id and id not in (select outbox_id from looked where outbox_id is not null))
  ) into v_said;
  insert into looked select id, null from notifications where user_id = v_user_id union all select null, id from private.outbox where user_id = v_user_id;
  return v_said;
end;
$$;
create function pg_temp.store_told(shop text) returns text
language plpgsql
as $$
declare
  v_said text := (select string_agg(template, ' ' order by id) from private.outbox where store_id::text = (select value from ids where name = shop) and id not in (select outbox_id from looked where outbox_id is not null));
begin
  insert into looked select null, id from private.outbox where store_id::text = (select value from ids where name = shop);
  return v_said;
end;
$$;
create function pg_temp.money(booking text) returns text language sql as $$
  select concat_ws(' ', status, 'paid', paid_amount, 'back', refunding_amount, refunded_amount, (select status from checkouts where id = checkout_id)) from pg_temp.booking(booking)
$$;
create function pg_temp.refunded(booking text, success boolean default true) returns text
language plpgsql
as $$
declare
  v_refund refunds := (select refunds from refunds where booking_id = (select id from pg_temp.booking(refunded.booking)) order by id desc limit 1);
begin
  return pg_temp.ask('attached', 'service', format(
    'public.attach_refund(%L, %L, %L)', v_refund.id, 're_' || v_refund.id, case when success then 'succeeded' else 'failed' end
  )) ->> 'status';
end;
$$;

-- Those of the seed are not looked at here.
delete from private.booking_reminders;
select pg_temp.clock(now()::text);
select pg_temp.shop('paid', 'UTC', pg_temp.week('00:00', '24:00'), 'duration_minutes => 60, price_amount => 5000, deposit_amount => 1999, cancel_fee_bps => 3333, cancel_minutes => 1440');
select pg_temp.shop('free', 'UTC', pg_temp.week('00:00', '24:00'), 'duration_minutes => 60');
select pg_temp.shop('asked', 'UTC', pg_temp.week('00:00', '24:00'), 'duration_minutes => 60, price_amount => 3000, deposit_amount => 3000, needs_approval => true');

-- Paid in time.
select is(pg_temp.held('one', 'customer', 'paid service', pg_temp.day(5)), 'held pending', 'the payment path of orders takes the booking''s checkout');
select is((select (value ->> 'amount') || (value ->> 'currency') || (value ->> 'description') from answers where name = 'prepared'), '1999USDAppointment at Paid', 'it is the deposit that is paid');
select is(pg_temp.told('customer'), '', 'who is paying is told nothing');
select is(pg_temp.attempt('other customer', format('select prepare_payment(%L)', (select checkout_id from pg_temp.booking('one')))), 'PT404 checkout_not_found', 'nobody else pays it');
select is(pg_temp.paid('one', 'requires_payment_method'), 'applied', 'a card is declined');
select is(pg_temp.told('customer'), 'payment_failed | payment_failed', '… and she hears so');
select is(pg_temp.paid('one'), 'applied', 'another is taken');
select is(pg_temp.money('one'), 'confirmed paid 1999 back 0 0 paid', '… and the booking is confirmed');
select is(pg_temp.told('customer'), 'booking_confirmed | booking_confirmed', '… which she is told once');
select is(pg_temp.store_told('paid'), 'booking_confirmed_store', '… as is the store');
select is(pg_temp.paid('one'), 'duplicate', 'the event again');
select is(pg_temp.told('customer'), '', '… says nothing new');

-- Late, and the time is free.
select is(pg_temp.held('late', 'customer', 'paid service', pg_temp.day(6)), 'held pending', 'she holds another time');
select pg_temp.clock((now() + interval '20 minutes')::text);
select is((select private.expire_bookings()), 1, 'her time to pay is over');
select is(pg_temp.told('customer'), '', '… of which nothing is told');
select is(pg_temp.money('late'), 'expired paid 0 back 0 0 expired', '… and no payment is awaited');
select is(pg_temp.paid('late'), 'applied', 'the payment that arrives now');
select is(pg_temp.money('late'), 'confirmed paid 1999 back 0 0 paid', '… finds its time still free');
select is(pg_temp.told('customer'), 'booking_confirmed | booking_confirmed', '… and confirms it');

-- Late, and somebody else has it.
select pg_temp.clock(now()::text);
select is(pg_temp.held('lost', 'customer', 'paid service', pg_temp.day(7)), 'held pending', 'she holds a third');
select pg_temp.clock((now() + interval '15 minutes')::text);
select is(pg_temp.held('won', 'other customer', 'paid service', pg_temp.day(7)), 'held pending', 'which another holds a quarter of an hour later, though no job has run');
select pg_temp.store_told('paid');
select is(pg_temp.paid('lost'), 'applied', 'the first payment succeeds');
select is(pg_temp.money('lost'), 'expired paid 1999 back 1999 0 refunded', '… and goes back whole');
select is(pg_temp.told('customer'), 'booking_refunded_late | booking_refunded_late', '… of which she is told once');
select is(pg_temp.store_told('paid'), null, '… and the store not at all');
select is((select (store_id is not null, order_id, origin, status, amount)::text from refunds where booking_id = (select id from pg_temp.booking('lost'))), '(t,,system,approved,1999)', 'the refund waits to be issued, and names booking and store');
select is((select array_agg(amount) from list_refunds_to_issue()), array[1999::bigint], '… by the job that issues all refunds');
select is(pg_temp.refunded('lost'), 'succeeded', 'the provider gives it back');
select is(pg_temp.money('lost'), 'expired paid 1999 back 0 1999 refunded', '… and the booking knows');
select is(pg_temp.told('customer'), '', '… of which there was nothing more to tell');
select is(pg_temp.paid('won'), 'applied', 'the second payment confirms');
select is(pg_temp.money('won'), 'confirmed paid 1999 back 0 0 paid', '… the second booking');
select pg_temp.clock(now()::text);

-- Cancelled: the policy of the day on which it was booked.
select pg_temp.told('other customer'), pg_temp.store_told('paid');
select is(pg_temp.attempt('customer', 'select cancel_booking({one}, ''I am ill'')'), '1', 'she cancels in time');
select is(pg_temp.money('one'), 'cancelled paid 1999 back 1999 0 paid', '… and all of it goes back');
select is(pg_temp.told('customer'), 'booking_cancelled | booking_cancelled', '… as she is told once');
select is(pg_temp.store_told('paid'), 'booking_cancelled_store', '… and the store, too');
select is(pg_temp.attempt('customer', 'select cancel_booking({one}, ''I am ill'')'), '1', 'twice');
select is((select count(*) from refunds where booking_id = (select id from pg_temp.booking('one'))), 1::bigint, '… is once');
select pg_temp.clock(pg_temp.day(5, 11));
select is(pg_temp.attempt('customer', 'select cancel_booking({late})'), '1', 'she cancels on the day before, an hour too late');
select is(pg_temp.money('late'), 'cancelled paid 1999 back 1333 0 paid', '… and 33.33 per cent of it are kept');
select is((select payload ->> 'refund_amount' from private.outbox where template = 'booking_cancelled' order by id desc limit 1), '1333', '… as the letter says');
select is(pg_temp.attempt('staff', 'select cancel_booking({won}, ''Burst pipe'')'), '1', 'the store cancels');
select is(pg_temp.money('won'), 'cancelled paid 1999 back 1999 0 paid', '… and all of it goes back, however late');
select is(pg_temp.told('other customer'), 'booking_cancelled | booking_cancelled', '… as the customer is told');
select is(pg_temp.store_told('paid'), 'booking_cancelled_store', '… and the store of what its customer did, not of what it did itself');
select is(pg_temp.refunded('won', false), 'failed', 'a bank refuses it');
select is(pg_temp.told('other customer'), 'refund_failed', '… and the customer hears of the delay');
select pg_temp.clock(now()::text);

-- Asked for: paid, then decided.
select is(pg_temp.held('ask', 'customer', 'asked service', pg_temp.day(8)), 'held pending', 'what is to be approved is paid first');
select is(pg_temp.paid('ask'), 'applied', 'paid');
select is(pg_temp.money('ask'), 'requested paid 3000 back 0 0 paid', '… it waits for the store');
select pg_temp.told('customer');
select is(pg_temp.store_told('asked'), 'booking_requested_store', '… which is asked');
select is(pg_temp.attempt('staff', 'select decide_booking({ask}, false, ''Full that week'')'), '1', 'the store declines');
select is(pg_temp.money('ask'), 'declined paid 3000 back 3000 0 paid', '… and all goes back');
select is(pg_temp.told('customer'), 'booking_declined | booking_declined', '… as she is told');

-- A refund at the provider.
select pg_temp.held('dash', 'customer', 'paid service', pg_temp.day(9)), pg_temp.paid('dash');
select is(pg_temp.event('evt_re', jsonb_build_object('kind', 'refund', 'provider_refund_id', 're_dash', 'intent_id', (select coalesce(provider_payment_id, 'pi_' || id) from payments where checkout_id = (select checkout_id from pg_temp.booking('dash'))), 'amount', 500, 'currency', 'USD', 'status', 'succeeded')), 'applied', 'somebody gives 5.00 back at the provider');
select is(pg_temp.money('dash'), 'confirmed paid 1999 back 0 500 paid', '… which the booking counts');
select pg_temp.attempt('staff', 'select cancel_booking({dash})');
select is(pg_temp.money('dash'), 'cancelled paid 1999 back 1499 500 paid', '… and only what is left goes back when it is cancelled');

-- Moved; reminded.
select pg_temp.told('customer');
select is(pg_temp.book('walk', 'customer', 'free service', pg_temp.day(3)), 'confirmed', 'an appointment in three days');
select is((select string_agg(hours::text, ' ' order by hours) from private.booking_reminders where booking_id = (select id from pg_temp.booking('walk'))), '2 24', 'has two reminders to come');
select is(pg_temp.attempt('customer', format('select reschedule_booking({walk}, %L)', pg_temp.day(4))), '1', 'she moves it');
select is(pg_temp.told('customer'), 'booking_confirmed booking_moved | booking_confirmed booking_moved', '… and is told');
select pg_temp.clock(pg_temp.day(2, 11));
select is(private.remind_bookings(), 0, 'a day before the old time nobody is reminded');
select pg_temp.clock(pg_temp.day(3, 10));
select is(private.remind_bookings() || ' ' || private.remind_bookings(), '1 0', 'a day before the new one she is, once');
select is(pg_temp.told('customer'), 'booking_reminder | booking_reminder', '… in the app and by mail');
select is((select private.outbox_data(template, payload, null) -> 'booking' ->> 'sequence' from private.outbox where template = 'booking_reminder'), '1', 'the reminder carries the event''s version');
select pg_temp.attempt('customer', 'select cancel_booking({walk})');
select is((select private.outbox_data(template, payload, null) from private.outbox where template = 'booking_reminder'), null, 'one that has not gone out when she cancels goes nowhere');
select is((select count(*) from private.booking_reminders), 0::bigint, '… and no other is to come');

-- Everybody who runs the shop sums up.
select is((select value -> 'currencies' -> 0 ->> 'bookings_amount' from pg_temp.ask('sum', 'owner', 'public.sales_summary({paid})') as value), '3998', 'a summary counts what was paid where some of it stays');
select is(pg_temp.attempt('admin', $$select id from admin_bookings where store in ('Paid', 'Free', 'Asked')$$) || ' ' || pg_temp.attempt('owner', 'select id from admin_bookings'), '7 0', 'operators see all bookings by name');
select pg_temp.clock(now()::text);
select is((select jsonb_agg(to_jsonb(violation) - 'subject') from private.check_invariants() as violation), null, 'everything adds up');
select * from finish();
rollback;
