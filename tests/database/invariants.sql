-- The oracle of every race and fault is itself put to the test: each of its rules is broken, alone, and seen to fire.
begin;
set local search_path = public, extensions;
select plan(77);
-- include: actors, orders, reviews, breaches

-- A shop in which something of everything has happened: cash and card, a hold, coupons, a refund by piece.
insert into public.coupons (id, store_id, code, kind, percent_bps, currency)
values (
  'b4000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'TWICE', 'percentage', 1000, 'USD'
);
insert into public.product_options (product_id, store_id, name, option_values, position)
values ('b2000000-0000-4000-8000-000000000002', 'b1000000-0000-4000-8000-000000000001', 'Size', '{S}', 0);
insert into public.product_media (product_id, store_id, path, position)
values (
  'b2000000-0000-4000-8000-000000000002', 'b1000000-0000-4000-8000-000000000001',
  'b1000000-0000-4000-8000-000000000001/a.jpg', 0
);
create function pg_temp.buy(name text, method text) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask(
    'cart', 'customer',
    'public.merge_cart(jsonb_build_array(jsonb_build_object(''variant_id'', {apple}, ''quantity'', 2)))'
  );
  perform pg_temp.ask('cart', 'customer', 'public.apply_coupon(''TWICE'')');
  perform pg_temp.ask(
    name, 'customer', format('public.checkout(%L, %L, shipping_address => {address}::jsonb)', name, method)
  );
  perform pg_temp.name_value(name, (select value ->> 'checkout_id' from answers where answers.name = buy.name));
  perform pg_temp.name_value(
    name || ' order', (select value -> 'orders' -> 0 ->> 'id' from answers where answers.name = buy.name)
  );
end;
$$;
select pg_temp.buy('cash', 'cash_on_delivery');
select pg_temp.buy('card', 'card');
select pg_temp.buy('held', 'card');
select pg_temp.ask('payment', 'customer', 'public.prepare_payment({card})');
select public.attach_payment_intent((value ->> 'payment_id')::uuid, 1, 'pi_card') from answers where name = 'payment';
select public.apply_payment_event('evt_card', 'x', now(), false, jsonb_build_object(
  'kind', 'intent', 'intent_id', 'pi_card', 'status', 'succeeded', 'currency', 'USD', 'payment_id',
  value ->> 'payment_id',
  'checkout_id', value ->> 'checkout_id', 'amount', (value ->> 'amount')::bigint, 'amount_received',
  (value ->> 'amount')::bigint
)) from answers where name = 'payment';
select pg_temp.ask('refund', 'customer', 'public.request_refund({card order}, amount => 100)');
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
select pg_temp.ask('decided', 'owner', 'public.decide_refund({refund}, true)');
select public.attach_refund((select value::uuid from ids where name = 'refund'), 're_card', 'succeeded');
select pg_temp.receive('c1', 'apple');
select pg_temp.name_value('review', pg_temp.review('c1', 'apple product', '4'));
select pg_temp.attempt('owner', 'select public.reply_to_review({review}, ''Thanks'')');
select pg_temp.attempt('c2', 'select public.vote_review({review}, 1)');
insert into public.review_media (review_id, path, position)
select value::uuid, 'b1000000-0000-4000-8000-000000000001/reviews/bc000000-0000-4000-8000-000000000001/a.png', 0
from ids where name = 'review';
-- Somebody asks about an order, with two files, and is answered.
select pg_temp.name_value('olga', user_id::text) from actors where name = 'owner';
select pg_temp.ask('talk', 'customer', 'public.start_conversation({olgas}, ''order'', {cash order})');
select pg_temp.name_value('talk', (select value ->> 'id' from answers where name = 'talk'));
select pg_temp.attempt('customer', 'select public.send_message({talk}, ''Where is it?'', gen_random_uuid())');
select pg_temp.attempt('owner', 'select public.send_message({talk}, ''On its way.'', gen_random_uuid())');
select pg_temp.attempt('manager', 'select public.mark_read({talk}, 1)');
update public.messages
set attachments = jsonb_build_array(jsonb_build_object('path', conversation_id || '/' || seq));
-- Three have an appointment: one paid for it, one is about to, and one paid and cancelled too late to get it all back.
select pg_temp.ask('hours', 'owner', $$(
  select count(*) from public.set_opening_hours({olgas}, (
    select jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', '00:00', 'closes', '24:00'))
    from generate_series(1, 7) as weekday
  ))
)$$);
select pg_temp.name_value(
  'stella', pg_temp.ask('staff', 'owner', 'public.save_staff({olgas}, name => ''Stella'')') ->> 'id'
);
select pg_temp.name_value('haircut', pg_temp.ask('service', 'owner', $$
  public.save_service(
    {olgas}, name => 'Haircut', duration_minutes => 60, price_amount => 3000, deposit_amount => 1000,
    cancel_minutes => 43200, cancel_fee_bps => 5000
  )
$$) ->> 'id');
create function pg_temp.appoint(name text, actor text, hour integer, is_paid boolean) returns void
language plpgsql
as $$
declare
  v_payment jsonb;
begin
  perform pg_temp.name_value(name, pg_temp.ask(name, actor, format(
    'public.book_slot({haircut}, %L, %L)',
    date_trunc('day', now()) + make_interval(days => 2, hours => hour), replace(name, ' ', '-')
  )) ->> 'id');
  if is_paid then
    v_payment := pg_temp.ask('payment', actor, format(
      'public.prepare_payment(%L)', (select value ->> 'checkout_id' from answers where answers.name = appoint.name)
    ));
    perform public.attach_payment_intent((v_payment ->> 'payment_id')::uuid, 1, 'pi_' || name);
    perform public.apply_payment_event('evt_' || name, 'x', now(), false, v_payment || jsonb_build_object(
      'kind', 'intent', 'intent_id', 'pi_' || name, 'status', 'succeeded', 'amount_received', v_payment -> 'amount'
    ));
  end if;
end;
$$;
select pg_temp.appoint('visit', 'customer', 12, true);
select pg_temp.appoint('held visit', 'c1', 14, false);
select pg_temp.appoint('late visit', 'c2', 16, true);
select pg_temp.ask('cancelled', 'c2', 'public.cancel_booking({late visit})');
select results_eq(
  $$
    select status, refunding_amount
    from public.bookings
    where store_id::text = (select value from ids where name = 'olgas')
    order by starts_at
  $$,
  $$values ('confirmed', 0::bigint), ('held', 0::bigint), ('cancelled', 500::bigint)$$,
  'one appointment is paid, one waits for its payment, and of a cancelled one a half goes back'
);
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'no invariant of the books is violated to begin with');

do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'public.stock_levels', 'public.stock_moves', 'public.stock_reservations', 'public.product_variants',
    'public.product_options',
    'public.product_media', 'public.orders', 'public.order_events', 'public.checkouts', 'public.payments',
    'public.refunds',
    'public.coupons', 'public.order_lines', 'public.reviews', 'public.review_votes', 'public.review_replies',
    'public.conversations', 'public.messages', 'public.bookings', 'public.booking_sessions'
  ] loop
    execute format('alter table %s disable trigger user', v_table);
  end loop;
end;
$$;

select throws_ok(
  $$
    insert into public.booking_sessions (store_id, service_id, staff_id, period, busy, capacity, taken, status)
    select store_id, service_id, staff_id, period, busy, capacity, taken, status
    from public.booking_sessions
    where status = 'active' and staff_id::text = (select value from ids where name = 'stella')
  $$,
  '23P01', null,
  'no bug of a verb gives one staff member two sessions at one time'
);

create function pg_temp.move(reference text, quantity integer) returns text
language sql
as $$
  select format(
    'insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id) values
       ({apple}, {olgas}, %s, %L, {%s}), ({apple}, {olgas}, %s, ''correction'', null)',
    quantity, case when quantity < 0 then 'sale' else 'return' end, reference, -quantity
  )
$$;

select is(pg_temp.says_of('private.check_invariants', breach), rule, format('the rule %s notices: %s', rule, how))
from (values
  (
    'stock_equals_ledger', 'a piece nobody booked',
    'update public.stock_levels set on_hand = on_hand + 1 where variant_id = {apple}'
  ),
  (
    'reserved_equals_reservations', 'a hold of nobody',
    'update public.stock_levels set reserved = reserved + 1 where variant_id = {apple}'
  ),
  (
    'listed_as_its_product', 'a hidden variant',
    'update public.product_variants set is_listed = false where id = {berry}'
  ),
  (
    'listed_as_its_product', 'a hidden option',
    'update public.product_options set is_listed = false where option_values = ''{S}'''
  ),
  (
    'listed_as_its_product', 'a hidden picture',
    'update public.product_media set is_listed = false where path like ''b1%/a.jpg'''
  ),
  ('reservation_belongs_to_pending_order', 'a hold that ended long ago',
    'update public.stock_reservations set expires_at = now() - interval ''1 hour'' where order_id = {held order}'),
  ('reservation_belongs_to_pending_order', 'a pending order without its hold',
    'with released as (update public.stock_reservations set status = ''released'' where order_id = {held order})
     update public.stock_levels set reserved = 0 where variant_id = {apple}'),
  ('sold_equals_lines', 'more left the shelf than was ordered', pg_temp.move('cash order', -1)),
  ('sold_equals_lines', 'less left the shelf than was ordered', pg_temp.move('cash order', 1)),
  ('sold_equals_lines', 'something left the shelf before it was paid', pg_temp.move('held order', -1)),
  ('sold_equals_lines', 'more came back than ever left', pg_temp.move('held order', 1)),
  (
    'order_equals_lines', 'another number of pieces',
    'update public.orders set item_count = item_count + 1 where id = {cash order}'
  ),
  (
    'checkout_equals_orders', 'another total',
    'update public.checkouts set total_amount = total_amount + 1 where id = {cash}'
  ),
  (
    'checkout_status_fits_orders', 'a cancelled checkout of an order that stands',
    'update public.checkouts set status = ''cancelled'' where id = {cash}'
  ),
  (
    'checkout_status_fits_orders', 'a confirmed checkout of a pending order',
    'update public.checkouts set status = ''expired'' where id = {held}'
  ),
  (
    'card_order_is_captured', 'other money than was ordered for',
    'update public.payments set amount = amount + 1, captured_amount = amount + 1 where checkout_id = {card}'
  ),
  (
    'captured_is_ordered_or_refunded', 'money for nothing',
    'update public.checkouts set status = ''confirmed'' where id = {card}'
  ),
  (
    'payment_equals_orders, payment_equals_refunds', 'money on its way that nobody sent',
    'update public.payments set refunding_amount = refunding_amount + 1 where checkout_id = {card}'
  ),
  (
    'payment_equals_orders, payment_equals_refunds', 'money back that nobody got',
    'update public.payments set refunded_amount = refunded_amount + 1 where checkout_id = {card}'
  ),
  (
    'order_equals_refunds, payment_equals_orders', 'money on its way that nobody sent',
    'update public.orders set refunding_amount = refunding_amount + 1 where id = {card order}'
  ),
  (
    'order_equals_refunds, payment_equals_orders', 'money back that nobody got',
    'update public.orders set refunded_amount = refunded_amount + 1 where id = {card order}'
  ),
  (
    'order_equals_refunds', 'a refund in part that is called none',
    'update public.orders set payment_status = ''paid'' where id = {card order}'
  ),
  (
    'order_equals_refunds', 'a refund in part that is called whole',
    'update public.orders set payment_status = ''refunded'' where id = {card order}'
  ),
  (
    'pieces_equal_refunds', 'pieces back that no refund names',
    'update public.order_lines set refunded_quantity = 1 where order_id = {card order}'
  ),
  ('dispute_equals_shares', 'a dispute that nobody bears',
    'insert into public.disputes (payment_id, provider_dispute_id, status, currency, amount, reason)
     select id, ''du_1'', ''warning_needs_response'', currency, 10, ''fraudulent''
     from public.payments where checkout_id = {card}'),
  (
    'coupon_equals_redemptions', 'a use that nobody made',
    'update public.coupons set used_count = used_count + 1 where code = ''TWICE'''
  ),
  (
    'coupon_per_customer', 'more uses than a customer has',
    'update public.coupons set per_customer_limit = 1 where code = ''TWICE'''
  ),
  ('history_has_no_gap', 'a step from somewhere else',
    $$
      update public.order_events set from_status = 'shipped'
      where order_id = {card order} and kind = 'status' and from_status is not null
    $$),
  ('history_exists', 'no history', 'delete from public.order_events where order_id = {cash order}'),
  (
    'numbers_have_no_gap', 'a number that no order has',
    'update private.order_numbers set last_number = last_number + 1'
  ),
  (
    'document_numbers_have_no_gap', 'a number that no receipt has',
    $$
      insert into private.document_numbers (store_id, kind, last_number)
      select store_id, 'receipt', 2 from public.orders where id = {card order};
      insert into public.documents (kind, store_id, order_id, number, reference, content)
      select 'receipt', store_id, id, 1, '1', '{}' from public.orders where id = {card order}
    $$
  ),
  ('confirmed_is_announced', 'an order that the store was not told of',
    'delete from private.outbox where template = ''order_placed_store'' and payload ->> ''order_id'' = {card order}'),
  (
    'conversation_equals_messages', 'a message that nobody wrote',
    'update public.conversations set last_seq = last_seq + 1, store_count = store_count + 1 where id = {talk}'
  ),
  (
    'conversation_equals_messages', 'a gap',
    'update public.messages set seq = 3, side_seq = 1 where conversation_id = {talk} and seq = 2'
  ),
  (
    'conversation_equals_messages, read_equals_recount', 'a message counted on the other side',
    'update public.messages set side = ''customer'', side_seq = 2 where conversation_id = {talk} and seq = 2'
  ),
  (
    'conversation_equals_messages', 'a number of the wrong side',
    'update public.messages set side_seq = 2 where conversation_id = {talk} and seq = 2'
  ),
  (
    'read_equals_recount', 'a customer who has read what was not written before',
    'update public.conversations set customer_read_count = 1 where id = {talk}'
  ),
  (
    'read_equals_recount', 'a store that has read less than it did',
    'update public.conversations set store_read_count = 0 where id = {talk}'
  ),
  (
    'read_equals_recount', 'a member who has read further than the store',
    $$
      update public.conversations set store_read_seq = 0, store_read_count = 0 where id = {talk}
    $$
  ),
  (
    'read_equals_recount', 'a member who has read less than it did',
    'update private.conversation_reads set read_count = 0 where conversation_id = {talk} and read_seq = 1'
  ),
  (
    'conversation_fits_subject', 'an order of somebody else',
    'update public.conversations set customer_id = {olga} where id = {talk}'
  ),
  (
    'conversation_fits_subject', 'a product of another store',
    $$
      update public.conversations set subject_type = 'product', subject_id = 'b2000000-0000-4000-8000-000000000003'
      where id = {talk}
    $$
  ),
  (
    'conversation_fits_subject', 'a booking that is none',
    'update public.conversations set subject_type = ''booking'', subject_id = gen_random_uuid() where id = {talk}'
  ),
  (
    'attachment_is_of_its_conversation', 'a file of another conversation',
    $$
      update public.messages set attachments = '[{"path": "x/1"}]' where conversation_id = {talk} and seq = 1
    $$
  ),
  (
    'attachment_is_of_its_conversation', 'a file that is about to be removed',
    'insert into private.discarded_attachments (path) values ({talk} || ''/1'')'
  ),
  (
    'attachment_is_sent_once', 'a file of two messages',
    $$
      update public.messages set attachments = jsonb_build_array(jsonb_build_object('path', {talk} || '/1'))
      where conversation_id = {talk}
    $$
  ),
  (
    'session_equals_bookings', 'a seat that nobody sits on is free',
    $$
      update public.booking_sessions set taken = 0
      where id = (select session_id from public.bookings where id = {visit})
    $$
  ),
  (
    'session_equals_bookings', 'an appointment at another time than its session',
    'update public.bookings set ends_at = ends_at + interval ''5 minutes'' where id = {visit}'
  ),
  (
    'session_equals_bookings', 'time that is kept for longer than the appointment in it',
    $$
      update public.booking_sessions set hold_expires_at = hold_expires_at + interval '1 hour'
      where id = (select session_id from public.bookings where id = {held visit})
    $$
  ),
  (
    'paid_booking_is_kept_or_refunded, session_equals_bookings', 'time that nobody has booked any more',
    'update public.bookings set status = ''cancelled'', refund_amount = 0 where id = {visit}'
  ),
  (
    'sessions_never_overlap', 'two at one time, where the constraint is gone',
    $$
      alter table public.booking_sessions drop constraint booking_sessions_never_overlap;
      update public.booking_sessions as sessions set period = visit.period, busy = visit.busy
      from public.bookings, public.booking_sessions as visit
      where sessions.id = (select session_id from public.bookings where id = {held visit})
        and bookings.id = {visit} and visit.id = bookings.session_id;
      update public.bookings set starts_at = visit.starts_at, ends_at = visit.ends_at
      from public.bookings as visit
      where bookings.id = {held visit} and visit.id = {visit}
    $$
  ),
  (
    'days_equal_sessions', 'a day that looks free',
    'update private.staff_days set busy = ''{}'' where staff_id = {stella}'
  ),
  (
    'days_equal_sessions', 'a day that looks taken',
    $$
      insert into private.staff_days (staff_id, utc_day, busy)
      values ({stella}, '2001-01-01', '{["2001-01-01 10:00Z", "2001-01-01 11:00Z")}')
    $$
  ),
  (
    'hold_ends_in_time', 'a payment that is waited for since an hour',
    $$
      update public.booking_sessions set hold_expires_at = now() - interval '1 hour'
      where id = (select session_id from public.bookings where id = {held visit});
      update public.bookings set hold_expires_at = now() - interval '1 hour' where id = {held visit}
    $$
  ),
  (
    'booking_fits_checkout', 'time that is kept for a payment that is over',
    $$
      update public.checkouts set status = 'expired'
      where id = (select checkout_id from public.bookings where id = {held visit})
    $$
  ),
  (
    'booking_fits_checkout', 'more to pay than the deposit',
    'update public.bookings set deposit_amount = deposit_amount - 1 where id = {held visit}'
  ),
  (
    'booking_fits_checkout', 'an end that does not say what goes back',
    'update public.bookings set refund_amount = null where id = {late visit}'
  ),
  (
    'booking_fits_checkout, booking_is_posted, paid_booking_is_kept_or_refunded',
    'an appointment that is not paid, for money that came',
    'update public.bookings set paid_amount = 0 where id = {visit}'
  ),
  (
    'paid_booking_is_kept_or_refunded', 'a store that cancels and keeps a half',
    'update public.bookings set cancelled_by = ''store'' where id = {late visit}'
  ),
  (
    'booking_equals_refunds', 'money on its way that nobody sent',
    'update public.bookings set refunding_amount = refunding_amount + 1 where id = {late visit}'
  ),
  (
    'booking_equals_refunds', 'money back that nobody got',
    'update public.bookings set refunded_amount = refunded_amount + 1 where id = {late visit}'
  ),
  (
    'told_is_registered', 'a kind of letter that nobody knows any more',
    'delete from public.notification_kinds where kind = ''order_placed_store'''
  ),
  ('answer_exists', 'an answer that tells of nothing',
    $$
      update private.idempotency_keys set response = jsonb_set(response, '{checkout_id}', to_jsonb(gen_random_uuid()))
      where key = 'cash'
    $$),
  (
    'ratings_equal_reviews', 'stars that nobody gave',
    'insert into public.rating_totals (subject_type, subject_id, stars_5) values (''store'', {olgas}, 1)'
  ),
  ('ratings_equal_reviews', 'a review that is not counted', 'update public.reviews set rating = 5 where id = {review}'),
  (
    'product_rated_as_its_totals', 'another average',
    'update public.products set rating_average = 3.99 where id = {apple product}'
  ),
  (
    'product_rated_as_its_totals', 'another score',
    'update public.products set rating_score = 4.9 where id = {apple product}'
  ),
  (
    'review_has_its_purchase', 'a review by somebody else',
    'update public.reviews set author_id = (select user_id from actors where name = ''c2'') where id = {review}'
  ),
  (
    'review_has_its_purchase', 'a review of another product',
    'update public.order_lines set product_id = {berry product} where id = (
       select order_line_id from public.reviews where id = {review}
     )'
  ),
  (
    'votes_equal_counts', 'a vote of nobody',
    'update public.reviews set helpful_count = helpful_count + 1 where id = {review}'
  ),
  (
    'hidden_review_was_judged, ratings_equal_reviews, shown_as_its_review', 'a review that vanished',
    'update public.reviews set status = ''hidden'' where id = {review}'
  ),
  (
    'shown_as_its_review', 'an answer that vanished',
    'update public.review_replies set is_visible = false where review_id = {review}'
  )
) as broken (rule, how, breach);

select set_has(
  'select rule from provoked',
  $$
    select regexp_matches[1]
    from pg_proc, regexp_matches(pg_proc.prosrc, 'return query\s+select ''([a-z_]+)''', 'g')
    where pg_proc.oid in ('private.check_invariants'::regproc, 'private.check_booking_money'::regproc)
  $$,
  'there is no rule of the invariants that nothing broke'
);

-- Somebody is told.
update public.stock_levels set on_hand = on_hand + 1
where variant_id::text = (select value from ids where name = 'apple');
select private.run_job('check-invariants');
select results_eq(
  'select message from private.alerts where rule = ''invariant_violated''',
  array['1 invariants are violated: stock_equals_ledger.'],
  'the job that looks every night raises an alert that names the rule'
);
select * from finish();
rollback;
