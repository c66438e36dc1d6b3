-- Everybody by everything: each relation, each write that is granted and each function of the API, as each kind of
-- caller.
-- What is offered newly fails this file until it has its line. `catalog_access.sql` and `orders_access.sql` look
-- closer.
begin;
set local search_path = public, extensions;
select plan(306);
-- include: actors, orders, reviews
-- The database was made when the tests began; its jobs are not late because of that.
update private.job_runs set created_at = now();

-- A visitor with a cart is somebody, too: what opens it is the token in a header.
select pg_temp.ask('guest', 'visitor', 'public.add_to_cart({apple})');
create function pg_temp.enter(actor text) returns void
language plpgsql
as $$
declare
  v_actor actors;
begin
  select * into strict v_actor
  from actors
  where actors.name = case enter.actor when 'guest' then 'visitor' else enter.actor end;
  perform
    set_config('request.jwt.claims', pg_temp.claims(v_actor)::text, true),
    set_config('request.headers', case when enter.actor = 'guest' then (
      select jsonb_build_object('x-cart-token', answers.value ->> 'token')::text
      from answers
      where answers.name = 'guest'
    ) else '{}' end, true),
    set_config('role', v_actor.role, true);
end;
$$;
-- What comes of a statement, and nothing stays of it: its rows, `-` for no right, the HTTP status of a refusal, else
-- the SQLSTATE.
create function pg_temp.outcome(actor text, statement text) returns text
language plpgsql
as $$
declare
  v_statement text := pg_temp.fill_in(statement);
  v_rows bigint;
  v_detail text;
begin
  perform pg_temp.enter(actor);
  begin
    execute v_statement;
    get diagnostics v_rows = row_count;
    raise sqlstate 'XX999' using detail = v_rows::text;
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true),
    set_config('request.headers', '{}', true);
    return case
      when sqlstate = 'XX999' then v_detail
      when sqlstate = '42501' then '-'
      when sqlstate like 'PT%' then substr(sqlstate, 3)
      else sqlstate
    end;
  end;
end;
$$;
create function pg_temp.row_of(statement text) returns text[]
language sql
as $$
  select array_agg(pg_temp.outcome(name, statement) order by position)
  from unnest(
    array['visitor', 'guest', 'customer', 'other customer', 'staff', 'manager', 'owner', 'rival', 'admin', 'service']
  )
    with ordinality as actor (name, position)
$$;

set constraints all deferred;
select pg_temp.ask(
  'hook', 'owner', $$public.create_webhook_endpoint({olgas}, 'https://a.example/h', array['order.created'])$$
);
select pg_temp.name_value('hook', (select value ->> 'id' from answers where name = 'hook'));
-- The world: one of everything, of Ana (customer) and of Olga's store. Ben (other customer) bought at Rita's.
select pg_temp.attempt(
  'customer',
  $$
    insert into public.addresses (recipient_name, line1, city, postal_code, country_code)
    values ('Ana', 'Rua 1', 'Lisboa', '1200', 'PT')
  $$
);
select pg_temp.attempt(
  'customer', $$insert into public.wishlist_items (product_id) values ('b2000000-0000-4000-8000-000000000001')$$
);
select pg_temp.attempt('customer', 'insert into public.back_in_stock_requests (variant_id) values ({apple})');
select pg_temp.attempt(
  'owner',
  $$
    insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
    values ({olgas}, 'Post', 'flat', 499, 'USD')
  $$
);
select pg_temp.attempt(
  'owner',
  $$
    insert into public.shipping_methods (store_id, name, kind, rate_amount, currency, is_active)
    values ({olgas}, 'Old', 'flat', 1, 'USD', false)
  $$
);
select pg_temp.attempt(
  'owner',
  $$insert into public.discounts (store_id, name, kind, percent_bps) values ({olgas}, 'Now', 'percentage', 1000)$$
);
select pg_temp.attempt(
  'owner',
  $$
    insert into public.discounts (store_id, name, kind, percent_bps, is_active)
    values ({olgas}, 'Not now', 'percentage', 1000, false)
  $$
);
select pg_temp.attempt(
  'owner',
  $$insert into public.coupons (store_id, code, kind, percent_bps) values ({olgas}, 'TEN', 'percentage', 1000)$$
);
select pg_temp.attempt(
  'owner',
  $$
    insert into public.product_media (product_id, store_id, path)
    values ('b2000000-0000-4000-8000-000000000001', {olgas}, {olgas} || '/a.png')
  $$
);
select pg_temp.ask(
  'draft', 'owner',
  $$
    public.save_product(
      store_id => {olgas}, name => 'Secret', category => 'Orders'' things', status => 'draft',
      options => '[{"name": "Size", "values": ["S"]}]',
      variants => '[{"option_values": ["S"], "price_amount": 100, "quantity": 1}]'
    )
  $$
);
select pg_temp.name_value('draft', (select value ->> 'id' from answers where name = 'draft'));
select pg_temp.ask('invitation', 'owner', $$public.invite_member({olgas}, 'staff', email => 'new@orders.example')$$);
select pg_temp.name_value('invitation', (select value ->> 'token' from answers where name = 'invitation'));
select pg_temp.attempt('owner', 'select public.adjust_stock({apple}, -1, ''damaged'')');
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 2)');
select pg_temp.attempt('customer', 'select public.apply_coupon(''TEN'')');
select pg_temp.ask(
  'delivered', 'customer', 'public.checkout(''matrix-1'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('delivered', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'delivered'));
select pg_temp.attempt('staff', 'select public.record_cash_payment({delivered})');
select pg_temp.attempt('staff', 'select public.advance_order({delivered}, ''shipped'', ''Post'', ''1'')');
select pg_temp.attempt('staff', 'select public.advance_order({delivered}, ''delivered'')');
select pg_temp.attempt('customer', 'select public.issue_receipt({delivered})');
select pg_temp.ask(
  'refund', 'customer',
  $$
    public.request_refund(
      {delivered},
      (
        select jsonb_build_array(jsonb_build_object('order_line_id', id, 'quantity', 1))
        from public.order_lines
        where order_id = {delivered}
      )
    )
  $$
);
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
select pg_temp.attempt('customer', 'select public.add_to_cart({berry})');
select pg_temp.ask(
  'confirmed', 'customer', 'public.checkout(''matrix-2'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('confirmed', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'confirmed'));
select pg_temp.attempt('customer', 'select public.add_to_cart({berry})');
select pg_temp.ask(
  'pending', 'customer', 'public.checkout(''matrix-3'', ''card'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('pending', (select value ->> 'checkout_id' from answers where name = 'pending'));
select pg_temp.ask('payment', 'customer', 'public.prepare_payment({pending})');
select pg_temp.name_value('payment', (select value ->> 'payment_id' from answers where name = 'payment'));
insert into public.disputes (payment_id, provider_dispute_id, status, currency, amount, reason)
select value::uuid, 'du_matrix', 'warning_needs_response', 'USD', 500, 'fraudulent' from ids where name = 'payment';
insert into public.dispute_shares (dispute_id, order_id, store_id, status, reason, currency, amount)
select disputes.id, orders.id, orders.store_id, 'warning_needs_response', 'fraudulent', 'USD', 500
from public.disputes, public.orders, ids
where disputes.provider_dispute_id = 'du_matrix' and orders.checkout_id::text = ids.value and ids.name = 'pending';
select pg_temp.attempt('admin', 'select public.set_commission(''platform'', null, 1000)');
select pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, 500)');
insert into public.payout_accounts (store_id, provider_account_id, payouts_enabled)
select value::uuid, 'acct_matrix', true from ids where name = 'olgas';
insert into public.transfers (store_id, order_id, earning_id, part, currency, amount)
select store_id, id, id, 1, 'USD', 1 from private.earnings
where id::text = (select value from ids where name = 'delivered');
update private.earnings set transferring_amount = 1 where id::text = (select value from ids where name = 'delivered');
select public.record_transfer(id, 'tr_matrix') from public.transfers where status = 'pending';
insert into public.transfer_reversals (transfer_id, store_id, cause, cause_id, currency, amount)
select id, store_id, 'refund', id, 'USD', 1 from public.transfers where provider_transfer_id = 'tr_matrix';
update public.transfers set reversing_amount = 1 where provider_transfer_id = 'tr_matrix';
insert into public.payouts (store_id, currency, requested_amount, amount)
select value::uuid, 'USD', 1, 1 from ids where name = 'olgas';
insert into public.dispute_evidence (dispute_id, store_id, text)
select dispute_id, store_id, 'We sent it.' from public.dispute_shares
where store_id::text = (select value from ids where name = 'olgas');
select pg_temp.name_value('transfer', transfers.id::text), pg_temp.name_value('reversal', transfer_reversals.id::text)
from public.transfers
join public.transfer_reversals on transfer_reversals.transfer_id = transfers.id
where transfers.provider_transfer_id = 'tr_matrix';
select pg_temp.name_value('dispute', dispute_evidence.dispute_id::text), pg_temp.name_value('payout', payouts.id::text)
from public.dispute_evidence, public.payouts
where dispute_evidence.store_id = payouts.store_id and payouts.store_id::text = (select value from ids where name
  = 'olgas');
insert into private.dispute_answers (dispute_id, action)
select value::uuid, 'submit' from ids where name = 'dispute';
select pg_temp.attempt('customer', 'select public.add_to_cart({apple})');
select pg_temp.attempt('customer', 'select public.apply_coupon(''TEN'')');
-- Appointments: Olga's haircut, given by Hans; Ana has one booked, one to be decided. Her draft service nobody sees.
select pg_temp.ask('hans', 'owner', 'public.save_staff({olgas}, name => ''Hans'')');
select pg_temp.name_value('hans', (select value ->> 'id' from answers where name = 'hans'));
select pg_temp.attempt(
  'owner', $$select public.set_opening_hours({olgas}, '[{"weekday": 1, "opens": "09:00", "closes": "17:00"}]')$$
);
select pg_temp.attempt('owner', $$
  select public.set_opening_exception({olgas}, current_date + 3, '[{"opens": "00:00", "closes": "24:00"}]')
$$);
select pg_temp.attempt(
  'owner',
  $$select public.set_opening_exception({olgas}, current_date, '[{"opens": "00:00", "closes": "24:00"}]')$$
);
select pg_temp.ask('haircut', 'owner', 'public.save_service({olgas}, name => ''Haircut'', duration_minutes => 60)');
select pg_temp.name_value('haircut', (select value ->> 'id' from answers where name = 'haircut'));
select pg_temp.ask(
  'advice', 'owner',
  'public.save_service({olgas}, name => ''Advice'', duration_minutes => 60, needs_approval => true)'
);
select pg_temp.name_value('advice', (select value ->> 'id' from answers where name = 'advice'));
select pg_temp.attempt(
  'owner', 'select public.save_service({olgas}, name => ''Later'', duration_minutes => 60, status => ''draft'')'
);
select pg_temp.attempt('staff', $$
  insert into public.closures (store_id, starts_local, ends_local) values ({olgas}, '2030-01-01', '2030-01-02')
$$);
select pg_temp.ask(
  'booked', 'customer', 'public.book_slot({haircut}, current_date + 3 + time ''10:00'', ''matrix-5'')'
);
select pg_temp.name_value('booked', (select value ->> 'id' from answers where name = 'booked'));
select pg_temp.ask(
  'requested', 'customer', 'public.book_slot({advice}, current_date + 3 + time ''12:00'', ''matrix-6'')'
);
select pg_temp.name_value('requested', (select value ->> 'id' from answers where name = 'requested'));
select
  pg_temp.name_value('link', private.booking_link_token(id)),
  pg_temp.name_value('ics', private.booking_token(id, 'calendar'))
from public.bookings
where id::text = (select value from ids where name = 'booked');
select pg_temp.ask(
  'wish', 'customer',
  'public.join_waiting_list({haircut}, now() + interval ''30 days'', now() + interval ''31 days'')'
);
select pg_temp.name_value('wish', (select value ->> 'id' from answers where name = 'wish'));
select pg_temp.ask('feed', 'owner', 'public.create_calendar_feed({hans})');
select pg_temp.name_value('feed', (select value ->> 'token' from answers where name = 'feed'));
select pg_temp.attempt('other customer', 'select public.add_to_cart({cherry})');
select pg_temp.attempt(
  'other customer', 'select public.checkout(''matrix-4'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.attempt('customer', 'select public.set_notification_preference(''low_stock'', ''email'', false)');
select pg_temp.attempt('customer', 'select public.set_quiet_hours(''22:00'', ''07:00'', ''Europe/Lisbon'')');
select pg_temp.attempt(
  'customer',
  $$select public.subscribe_push('https://fcm.googleapis.com/fcm/send/1', 'B' || repeat('A', 86), repeat('A', 22))$$
);
select pg_temp.name_value(
  'ending link', private.unsubscribe_token('b0000000-0000-4000-8000-000000000001', 'low_stock')
);
select pg_temp.name_value('staff id', user_id::text),
pg_temp.name_value('owner id', (select user_id::text from actors where name = 'owner'))
from actors
where name = 'staff';
select pg_temp.name_value('customer id', user_id::text) from actors where name = 'customer';
select pg_temp.name_value('product', 'b2000000-0000-4000-8000-000000000001');
select pg_temp.name_value('category', id::text) from public.categories where slug = 'orders-things';
select pg_temp.name_value('guest token', (select value ->> 'token' from answers where name = 'guest'));
select pg_temp.name_value('delivery', webhook_deliveries.id::text) from public.webhook_deliveries limit 1;
select pg_temp.name_value('on hand', on_hand::text)
from public.stock_levels
where variant_id::text = 'b3000000-0000-4000-8000-000000000001';

-- Two reviews of Olga's: one by Cleo 1, answered, reported and voted on; one by Cleo 2, hidden and appealed. Ana may
-- review what she received.
select pg_temp.receive('c' || number, 'berry') from generate_series(1, 2) as number;
select pg_temp.name_value('review', pg_temp.review('c1', 'berry product', '4')),
pg_temp.name_value('hidden review', pg_temp.review('c2', 'berry product', '1'));
insert into public.review_media (review_id, path, position)
select value::uuid, 'b1000000-0000-4000-8000-000000000001/reviews/bc000000-0000-4000-8000-000000000001/a.png', 0
from ids where name = 'review';
select pg_temp.attempt('owner', 'select public.reply_to_review({review}, ''Thanks'')');
select pg_temp.attempt('other customer', 'select public.vote_review({review}, 1)');
select pg_temp.attempt('other customer', 'select public.report_review({review}, ''spam'')');
select pg_temp.ask('hidden', 'admin', 'public.moderate_review({hidden review}, ''hide'', ''Rule'', ''Facts'')');
select pg_temp.name_value('decision', (select value ->> 'id' from answers where name = 'hidden'));
select pg_temp.attempt('c2', 'select public.appeal_decision({decision}, ''No'')');
select pg_temp.ask('conversation', 'customer', 'public.start_conversation({olgas})');
select pg_temp.name_value('conversation', (select value ->> 'id' from answers where name = 'conversation'));
select pg_temp.attempt(
  'customer', 'select public.send_message({conversation}, ''Hello'', ''b9000000-0000-4000-8000-000000000001'')'
);
select pg_temp.attempt('owner', 'select public.send_message({conversation}, ''Hello'', gen_random_uuid())');
select pg_temp.ask('report', 'customer', 'public.report_message({conversation}, 2, ''spam'')');
select pg_temp.name_value('report', (select value ->> 'id' from answers where name = 'report'));
insert into public.chat_blocks (store_id, customer_id, side)
select ids.value::uuid, actors.user_id, side
from ids, actors, unnest(array['customer', 'store']) as side
where ids.name = 'ritas' and actors.name = 'other customer';
select pg_temp.attempt(
  'owner', 'insert into public.saved_replies (store_id, title, body) values ({olgas}, ''Hi'', ''Hello!'')'
);
select pg_temp.attempt('owner', 'select public.set_away_message({olgas}, ''Away.'')');
insert into private.alerts (rule, message) values ('drill', 'Nothing is wrong.');
select pg_temp.name_value('alert', id::text) from private.alerts where rule = 'drill';

-- What a list of lines lacks, and what in it is no more.
create function pg_temp.unlike(lines text[], offered text[]) returns text language sql as $$
  select concat_ws(
    '; ',
    'add a line for ' || (
      select string_agg(name, ', ')
      from (select unnest(offered) as name except select unnest(lines) order by 1) as missing
    ),
    'remove the line of ' || (
      select string_agg(name, ', ') from (select unnest(lines) as name except select unnest(offered) order by 1) as gone
    )
  );
$$;

-- Who sees how many rows. In this order: visitor | guest | customer | other customer | staff | manager | owner | rival
-- (owner of another store) | admin | service
create temporary table reads (relation text, filter text, answer text);
insert into reads values
  ('addresses', $$user_id::text like 'b0000000-%'$$, '- - 1 0 0 0 0 0 0 1'),
  ('admin_alerts', $$rule = 'drill'$$, '- - 0 0 0 0 0 0 1 1'),
  ('admin_jobs', $$name = 'expire-carts'$$, '- - 0 0 0 0 0 0 1 1'),
  ('admin_audit', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 11 11'),
  ('admin_moderation', $$store = 'Olga''s'$$, '- - 0 0 0 0 0 0 2 2'),
  ('admin_message_reports', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 1 1'),
  ('admin_bookings', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 2 2'),
  ('admin_orders', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 6 6'),
  ('admin_products', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 4 4'),
  ('admin_refunds', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 1 1'),
  ('admin_reviews', $$store = 'Olga''s'$$, '- - 0 0 0 0 0 0 2 2'),
  ('admin_stock', $$store in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 4 4'),
  ('admin_stores', $$name in ('Olga''s', 'Rita''s')$$, '- - 0 0 0 0 0 0 2 2'),
  ('audit_log', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 0 10 2 12 12'),
  ('away_messages', $$store_id = {olgas}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('back_in_stock_requests', $$user_id::text like 'b0000000-%'$$, '- - 1 0 0 0 0 0 0 1'),
  ('booking_sessions', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 2 2 2 0 2 2'),
  ('bookings', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 2 0 2 2 2 0 2 2'),
  ('cart_coupons', $$cart_id in (select id from public.carts)$$, '- - 2 0 0 0 0 0 0 2'),
  ('cart_items', $$variant_id::text like 'b3000000-%'$$, '- - 4 1 0 0 0 0 0 8'),
  ('carts', $$user_id is null or user_id::text like 'b0000000-%'$$, '- - 4 1 0 0 0 0 0 6'),
  ('categories', $$id = {category}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('chat_blocks', $$store_id = {ritas}$$, '- - 0 1 0 0 0 1 0 2'),
  ('checkouts', $$user_id::text like 'b0000000-%'$$, '- - 3 1 0 0 0 0 4 4'),
  ('conversations', $$id = {conversation}$$, '- - 1 0 1 1 1 0 0 1'),
  ('closures', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 1 1 1 0 1 1'),
  ('commission_rules', $$store_id is null or store_id in ({olgas}, {ritas}, {yen})$$, '- - 1 1 2 2 2 1 2 2'),
  ('countries', $$code = 'PT'$$, '1 1 1 1 1 1 1 1 1 1'),
  ('coupon_redemptions', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 1 0 1 1 1 0 1 1'),
  ('coupons', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 1 1 1 0 1 1'),
  ('currencies', $$code = 'USD'$$, '1 1 1 1 1 1 1 1 1 1'),
  ('decision_appeals', $$decision_id = {decision}$$, '- - 0 0 0 0 0 0 1 1'),
  ('discounts', $$store_id in ({olgas}, {ritas}, {yen})$$, '1 1 1 1 2 2 2 1 2 2'),
  ('dispute_evidence', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('dispute_shares', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 1 1 1 0 1 1'),
  ('disputes', $$payment_id = {payment}$$, '- - 0 0 0 0 0 0 1 1'),
  ('documents', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 1 0 1 1 1 0 0 1'),
  ('message_reports', $$store_id = {olgas}$$, '- - 1 0 0 0 0 0 1 1'),
  ('messages', $$conversation_id = {conversation}$$, '- - 2 0 2 2 2 0 0 2'),
  ('moderation_decisions', $$store_id = {olgas}$$, '- - 0 0 0 0 0 0 1 1'),
  ('moderation_items', $$review_id in ({review}, {hidden review})$$, '- - 0 0 0 0 0 0 2 2'),
  ('notification_kinds', $$kind = 'low_stock'$$, '1 1 1 1 1 1 1 1 1 1'),
  ('notification_preferences', $$user_id::text like 'b0000000-%'$$, '- - 1 0 0 0 0 0 0 1'),
  ('notifications', $$user_id::text like 'b0000000-%'$$, '- - 7 1 1 4 4 0 0 17'),
  ('order_events', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 7 1 15 15 15 1 16 16'),
  ('order_lines', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 3 1 5 5 5 1 6 6'),
  ('orders', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 3 1 5 5 5 1 6 6'),
  ('opening_exceptions', $$store_id in ({olgas}, {ritas}, {yen})$$, '2 2 2 2 2 2 2 2 2 2'),
  ('opening_hours', $$store_id in ({olgas}, {ritas}, {yen})$$, '1 1 1 1 1 1 1 1 1 1'),
  ('payments', $$user_id::text like 'b0000000-%'$$, '- - 2 0 0 0 0 0 2 2'),
  ('payout_accounts', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('payouts', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('product_media', $$store_id in ({olgas}, {ritas}, {yen})$$, '1 1 1 1 1 1 1 1 1 1'),
  ('product_options', $$store_id in ({olgas}, {ritas}, {yen})$$, '0 0 0 0 1 1 1 0 1 1'),
  ('product_variants', $$store_id in ({olgas}, {ritas}, {yen})$$, '4 4 4 4 5 5 5 4 5 5'),
  ('products', $$store_id in ({olgas}, {ritas}, {yen})$$, '4 4 4 4 5 5 5 4 5 5'),
  ('profiles', $$id::text like 'b0000000-%'$$, '- - 1 1 1 1 1 1 7 7'),
  ('push_subscriptions', $$user_id::text like 'b0000000-%'$$, '- - 1 0 0 0 0 0 0 1'),
  ('quiet_hours', $$user_id::text like 'b0000000-%'$$, '- - 1 0 0 0 0 0 0 1'),
  ('rating_totals', $$subject_id = {berry product}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('refund_lines', $$refund_id = {refund}$$, '- - 1 0 1 1 1 0 1 1'),
  ('refunds', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 1 0 1 1 1 0 1 1'),
  ('review_media', $$review_id = {review}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('review_replies', $$store_id = {olgas}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('review_reports', $$review_id = {review}$$, '- - 0 1 0 0 0 0 1 1'),
  ('review_votes', $$review_id = {review}$$, '- - 0 1 0 0 0 0 0 1'),
  ('reviews', $$store_id = {olgas}$$, '1 1 1 1 1 1 1 1 2 2'),
  ('saved_replies', $$store_id = {olgas}$$, '- - 0 0 1 1 1 0 0 1'),
  ('service_staff', $$store_id in ({olgas}, {ritas}, {yen})$$, '2 2 2 2 3 3 3 2 3 3'),
  ('services', $$store_id in ({olgas}, {ritas}, {yen})$$, '2 2 2 2 3 3 3 2 3 3'),
  ('shipments', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 1 0 3 3 3 0 3 3'),
  ('shipping_methods', $$store_id in ({olgas}, {ritas}, {yen})$$, '1 1 1 1 2 2 2 1 2 2'),
  ('staff', $$store_id in ({olgas}, {ritas}, {yen})$$, '1 1 1 1 1 1 1 1 1 1'),
  ('stock_levels', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 3 3 3 2 5 5'),
  ('stock_moves', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 10 10 10 3 13 13'),
  ('stock_reservations', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 1 1 1 0 1 1'),
  ('store_categories', $$store_id in ({olgas}, {ritas}, {yen})$$, '3 3 3 3 3 3 3 3 3 3'),
  ('store_invitations', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('store_links', $$store_id in ({olgas}, {ritas}, {yen})$$, '3 3 3 3 3 3 3 3 3 3'),
  ('store_members', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 3 3 3 2 5 5'),
  ('stores', $$id in ({olgas}, {ritas}, {yen})$$, '3 3 3 3 3 3 3 3 3 3'),
  ('transfer_reversals', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('webhook_deliveries', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 5 5 0 5 5'),
  ('webhook_endpoints', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('webhook_events', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 5 5 0 5 5'),
  ('transfers', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 0 0 0 1 1 0 1 1'),
  ('waiting_list', $$store_id in ({olgas}, {ritas}, {yen})$$, '- - 1 0 1 1 1 0 1 1'),
  ('wishlist_items', $$user_id::text like 'b0000000-%'$$, '- - 1 0 0 0 0 0 0 1');
select is(
  array_to_string(pg_temp.row_of(format('select from public.%I where %s', relation, filter)), ' '), answer,
  'each role reads the rows it may, and no other, of ' || relation
)
from reads;
select is(
  pg_temp.unlike(
    array(select relation from reads),
    array(
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
    )
  ),
  '',
  'every relation has its line in this matrix'
);

-- Who writes how many rows of Ana's and Olga's directly; what no client may write has no line.
create temporary table writes (verb text, relation text, statement text, answer text);
insert into writes values
  (
    'insert', 'addresses',
    $$
      insert into public.addresses (recipient_name, line1, city, postal_code, country_code)
      values ('A', 'B', 'C', '1200', 'PT')
    $$,
    '- - 1 1 1 1 1 1 1 -'
  ),
  (
    'update', 'addresses', $$update public.addresses set label = 'Home' where user_id = {customer id}$$,
    '- - 1 0 0 0 0 0 0 -'
  ),
  ('delete', 'addresses', $$delete from public.addresses where user_id = {customer id}$$, '- - 1 0 0 0 0 0 0 -'),
  (
    'insert', 'closures',
    $$insert into public.closures (store_id, starts_local, ends_local) values ({olgas}, '2031-01-01', '2031-01-02')$$,
    '- - - - 1 1 1 - - -'
  ),
  ('update', 'closures', $$update public.closures set note = 'New' where store_id = {olgas}$$, '- - 0 0 1 1 1 0 0 -'),
  ('delete', 'closures', $$delete from public.closures where store_id = {olgas}$$, '- - 0 0 1 1 1 0 0 -'),
  (
    'insert', 'back_in_stock_requests', $$insert into public.back_in_stock_requests (variant_id) values ({berry})$$,
    '- - 1 1 1 1 1 1 1 -'
  ),
  (
    'delete', 'back_in_stock_requests', $$delete from public.back_in_stock_requests where user_id = {customer id}$$,
    '- - 1 0 0 0 0 0 0 -'
  ),
  (
    'update', 'cart_items',
    $$
      update public.cart_items set quantity = 2
      where cart_id in (select id from public.carts where user_id = {customer id})
    $$,
    '- - 1 0 0 0 0 0 0 -'
  ),
  (
    'delete', 'cart_items',
    $$delete from public.cart_items where cart_id in (select id from public.carts where user_id = {customer id})$$,
    '- - 1 0 0 0 0 0 0 -'
  ),
  (
    'insert', 'coupons',
    $$insert into public.coupons (store_id, code, kind, percent_bps) values ({olgas}, 'NEW', 'percentage', 1)$$,
    '- - - - - 1 1 - - -'
  ),
  (
    'update', 'coupons', $$update public.coupons set is_active = false where store_id = {olgas}$$, '- - 0 0 0 1 1 0 0 -'
  ),
  (
    'insert', 'discounts',
    $$insert into public.discounts (store_id, name, kind, percent_bps) values ({olgas}, 'New', 'percentage', 1)$$,
    '- - - - - 1 1 - - -'
  ),
  (
    'update', 'discounts', $$update public.discounts set is_active = false where store_id = {olgas}$$,
    '- - 0 0 0 2 2 0 0 -'
  ),
  ('delete', 'discounts', $$delete from public.discounts where store_id = {olgas}$$, '- - 0 0 0 2 2 0 0 -'),
  (
    'update', 'notifications', $$update public.notifications set read_at = now() where user_id = {customer id}$$,
    '- - 7 0 0 0 0 0 0 -'
  ),
  (
    'delete', 'notifications', $$delete from public.notifications where user_id = {customer id}$$, '- - 7 0 0 0 0 0 0 -'
  ),
  (
    'insert', 'product_media',
    $$insert into public.product_media (product_id, store_id, path) values ({product}, {olgas}, {olgas} || '/b.png')$$,
    '- - - - - 1 1 - - -'
  ),
  (
    'update', 'product_media', $$update public.product_media set alt = 'A' where product_id = {product}$$,
    '- - 0 0 0 1 1 0 0 -'
  ),
  ('delete', 'product_media', $$delete from public.product_media where product_id = {product}$$, '- - 0 0 0 1 1 0 0 -'),
  ('update', 'products', $$update public.products set name = 'New' where id = {product}$$, '- - 0 0 0 1 1 0 0 -'),
  (
    'update', 'profiles', $$update public.profiles set full_name = 'New' where id = {customer id}$$,
    '- - 1 0 0 0 0 0 0 -'
  ),
  (
    'delete', 'push_subscriptions', $$delete from public.push_subscriptions where user_id = {customer id}$$,
    '- - 1 0 0 0 0 0 0 -'
  ),
  (
    'delete', 'quiet_hours', $$delete from public.quiet_hours where user_id = {customer id}$$, '- - 1 0 0 0 0 0 0 -'
  ),
  (
    'update', 'review_replies', $$update public.review_replies set body = 'New' where store_id = {olgas}$$,
    '- - 0 0 0 1 1 0 0 -'
  ),
  (
    'delete', 'review_replies', $$delete from public.review_replies where store_id = {olgas}$$, '- - 0 0 0 1 1 0 0 -'
  ),
  (
    'insert', 'saved_replies',
    $$insert into public.saved_replies (store_id, title, body) values ({olgas}, 'New', 'New')$$,
    '- - - - 1 1 1 - - -'
  ),
  (
    'update', 'saved_replies', $$update public.saved_replies set body = 'New' where store_id = {olgas}$$,
    '- - 0 0 1 1 1 0 0 -'
  ),
  ('delete', 'saved_replies', $$delete from public.saved_replies where store_id = {olgas}$$, '- - 0 0 1 1 1 0 0 -'),
  (
    'update', 'shipments', $$update public.shipments set carrier = 'New' where order_id = {delivered}$$,
    '- - 0 0 1 1 1 0 0 -'
  ),
  (
    'insert', 'shipping_methods',
    $$insert into public.shipping_methods (store_id, name, kind, currency) values ({olgas}, 'New', 'flat', 'USD')$$,
    '- - - - - 1 1 - - -'
  ),
  (
    'update', 'shipping_methods', $$update public.shipping_methods set rate_amount = 0 where store_id = {olgas}$$,
    '- - 0 0 0 2 2 0 0 -'
  ),
  (
    'delete', 'shipping_methods', $$delete from public.shipping_methods where store_id = {olgas}$$,
    '- - 0 0 0 2 2 0 0 -'
  ),
  (
    'update', 'stock_levels', $$update public.stock_levels set low_stock_threshold = 1 where variant_id = {apple}$$,
    '- - 0 0 0 1 1 0 0 -'
  ),
  (
    'delete', 'store_invitations', $$delete from public.store_invitations where store_id = {olgas}$$,
    '- - 0 0 0 1 1 0 0 -'
  ),
  ('update', 'stores', $$update public.stores set description = 'New' where id = {olgas}$$, '- - 0 0 0 1 1 0 0 -'),
  (
    'insert', 'wishlist_items',
    $$insert into public.wishlist_items (product_id) values ('b2000000-0000-4000-8000-000000000003')$$,
    '- - 1 1 1 1 1 1 1 -'
  ),
  (
    'delete', 'wishlist_items', $$delete from public.wishlist_items where user_id = {customer id}$$,
    '- - 1 0 0 0 0 0 0 -'
  );
select is(
  array_to_string(pg_temp.row_of(statement), ' '), answer,
  format('each role may %s the rows it should, and no other, of %s', verb, relation)
)
from writes;
select is(
  pg_temp.unlike(
    array(select verb || ' ' || relation from writes),
    array(select verb || ' ' || relname
    from pg_class cross join unnest(array['insert', 'update', 'delete']) as verb
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
      and case verb
        when 'delete' then has_table_privilege('authenticated', oid, verb)
        else has_any_column_privilege('authenticated', oid, verb)
      end
    )
  ),
  '',
  'every write that is granted has its line in this matrix'
);

-- What a call answers: rows, or the status of its refusal.
create temporary table calls (function text, arguments text, answer text);
insert into calls values
  ('accept_dispute', $${dispute}$$, '401 401 404 404 403 1 1 404 1 1'),
  ('accept_invitation', $${invitation}$$, '401 401 1 1 409 409 409 1 1 -'),
  ('accept_offer', $${wish}$$, '401 401 409 404 404 404 404 404 404 -'),
  ('add_to_cart', $${berry}$$, '1 1 1 1 1 1 1 1 1 -'),
  ('adjust_stock', $${apple}, 1$$, '401 401 404 404 1 1 1 404 404 -'),
  ('advance_order', $${confirmed}, 'processing'$$, '401 401 403 404 1 1 1 404 1 -'),
  ('appeal_decision', $${decision}, 'No'$$, '401 401 404 404 404 404 404 404 403 -'),
  ('apply_coupon', $$'ten'$$, '404 1 1 404 404 404 404 404 404 -'),
  ('apply_payment_event', $$'evt', 'x', now(), false$$, '- - - - - - - - - 1'),
  ('archive_conversation', $${conversation}$$, '401 401 1 404 1 1 1 404 404 -'),
  ('assign_conversation', $${conversation}, {staff id}$$, '401 401 403 404 1 1 1 404 404 -'),
  ('attach_payment_intent', $${payment}, 1, 'pi'$$, '- - - - - - - - - 1'),
  ('attach_payout_account', $${olgas}, 'acct_matrix'$$, '- - - - - - - - - 1'),
  ('attach_refund', $${refund}, 're', 'pending'$$, '- - - - - - - - - 1'),
  ('block_customer', $${olgas}, {customer id}$$, '401 401 403 403 1 1 1 403 403 -'),
  ('block_store', $${olgas}$$, '401 401 1 1 1 1 1 1 1 -'),
  ('booking_by_token', $${link}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('calendar_booking', $${booked}, {ics}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('calendar_feed', $${feed}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('cancel_by_token', $${link}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('create_calendar_feed', $${hans}$$, '401 401 403 403 403 1 1 403 403 -'),
  ('join_waiting_list', $${advice}, now(), now() + interval '1 day'$$, '401 401 1 1 1 1 1 1 1 -'),
  ('leave_waiting_list', $${wish}$$, '401 401 1 404 404 404 404 404 404 -'),
  ('reschedule_by_token', $${link}, current_date + 3 + time '16:00'$$, '1 1 1 1 1 1 1 1 1 1'),
  ('revoke_calendar_feed', $${hans}$$, '401 401 403 403 403 1 1 403 403 -'),
  ('search_services', $$store_id => {olgas}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('available_days', $${haircut}, current_date + 3, current_date + 3$$, '1 1 1 1 1 1 1 1 1 1'),
  (
    'available_slots', $${haircut}, current_date + 3 + time '15:00', current_date + 3 + time '16:00'$$,
    '1 1 1 1 1 1 1 1 1 1'
  ),
  ('book_slot', $${haircut}, current_date + 3 + time '15:00', 'k'$$, '401 401 1 1 1 1 1 1 1 -'),
  ('cancel_booking', $${booked}$$, '401 401 1 404 1 1 1 404 1 -'),
  ('cancel_order', $${confirmed}$$, '401 401 1 404 1 1 1 404 1 -'),
  ('change_member_role', $${olgas}, {staff id}, 'manager'$$, '401 401 403 403 403 403 1 403 403 -'),
  ('check_invariants', $$$$, '- - - - - - - - - 0'),
  (
    'checkout', $$'k', 'cash_on_delivery', shipping_address => {address}::jsonb$$, '401 401 1 409 409 409 409 409 409 -'
  ),
  ('claim_cart', $${guest token}$$, '401 401 1 1 1 1 1 1 1 -'),
  ('claim_outbox', $$max_rows => 100$$, '- - - - - - - - - 23'),
  ('claim_webhooks', $$$$, '- - - - - - - - - 4'),
  (
    'create_webhook_endpoint', $${olgas}, 'https://b.example/h', array['order.created']$$,
    '401 401 403 403 403 1 1 403 1 1'
  ),
  ('delete_webhook_endpoint', $${hook}$$, '401 401 404 404 404 1 1 404 1 1'),
  ('list_payout_accounts_to_check', $$$$, '- - - - - - - - - 0'),
  ('list_payouts_to_check', $$$$, '- - - - - - - - - 0'),
  ('replay_webhook_delivery', $${delivery}$$, '401 401 404 404 404 1 1 404 1 1'),
  ('roll_webhook_secret', $${hook}$$, '401 401 404 404 404 1 1 404 1 1'),
  ('settle_webhook', $${delivery}, 1, 200, null, 1$$, '- - - - - - - - - 1'),
  ('update_webhook_endpoint', $${hook}, events => array['order.updated']$$, '401 401 404 404 404 1 1 404 1 1'),
  ('clear_cart', $$$$, '404 1 1 404 404 404 404 404 404 -'),
  ('close_store', $${olgas}$$, '401 401 403 403 403 403 1 403 403 -'),
  ('compare_provider_balance', $$'USD', 1$$, '- - - - - - - - - 1'),
  ('complete_booking', $${booked}$$, '401 401 403 404 409 409 409 404 409 -'),
  ('confirm_receipt', $${delivered}$$, '401 401 1 404 403 403 403 404 403 -'),
  ('correct_ledger', $$gen_random_uuid(), {olgas}, 'USD', 1, 'A label.'$$, '401 401 403 403 403 403 403 403 1 1'),
  ('create_store', $$'New', 'A', 'B', 'AE', null$$, '401 401 1 1 1 1 1 1 1 -'),
  ('decide_booking', $${requested}, true$$, '401 401 403 404 1 1 1 404 1 -'),
  ('decide_refund', $${refund}, true$$, '401 401 403 404 403 1 1 404 1 -'),
  ('delete_message', $${conversation}, 2$$, '401 401 403 404 403 403 1 404 404 -'),
  ('delete_product', $${product}$$, '401 401 403 403 403 1 1 403 1 -'),
  ('delete_review', $${review}$$, '401 401 403 403 403 403 403 403 403 -'),
  ('edit_message', $${conversation}, 2, 'New'$$, '401 401 403 404 403 403 1 404 404 -'),
  ('evaluate_alerts', $$$$, '- - - - - - - - - 0'),
  ('export_products', $${olgas}$$, '401 401 403 403 403 1 1 403 403 -'),
  ('export_statement', $${olgas}$$, '401 401 403 403 403 1 1 403 1 1'),
  ('get_cart', $$$$, '1 1 1 1 1 1 1 1 1 -'),
  ('get_conversation', $${conversation}$$, '401 401 1 404 1 1 1 404 404 -'),
  ('get_image_copies', $$array['x']$$, '0 0 0 0 0 0 0 0 0 0'),
  ('get_product', $${product}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('get_store_by_link', $$'olgas-of-orders'$$, '1 1 1 1 1 1 1 1 1 1'),
  ('get_store_catalog', $$'olgas-of-orders'$$, '1 1 1 1 1 1 1 1 1 1'),
  ('get_unsubscribe_link', $${ending link}$$, '1 1 1 1 1 1 1 1 1 -'),
  ('import_products', $${olgas}, rows => '[]'$$, '401 401 403 403 403 1 1 403 403 -'),
  ('invite_member', $${olgas}, 'staff', email => 'x@orders.example'$$, '401 401 403 403 403 1 1 403 403 -'),
  ('issue_receipt', $${delivered}$$, '401 401 1 404 1 1 1 404 403 -'),
  ('list_conversations', $${olgas}$$, '401 401 403 403 1 1 1 403 403 -'),
  ('list_messages', $${conversation}$$, '401 401 2 404 2 2 2 404 404 -'),
  ('list_notifications', $$$$, '401 401 1 1 1 1 1 1 1 -'),
  ('list_dispute_answers_to_send', $$$$, '- - - - - - - - - 1'),
  ('list_payments_to_reconcile', $$$$, '- - - - - - - - - 0'),
  ('list_payments_without_fee', $$$$, '- - - - - - - - - 0'),
  ('list_payouts_to_send', $$$$, '- - - - - - - - - 1'),
  ('list_refunds_to_issue', $$$$, '- - - - - - - - - 0'),
  ('list_reviews', $$'product', {berry product}$$, '1 1 1 1 1 1 1 1 1 1'),
  ('list_stale_attachments', $$$$, '- - - - - - - - - 0'),
  ('mark_no_show', $${booked}$$, '401 401 403 404 409 409 409 404 409 -'),
  ('list_stale_image_copies', $$$$, '- - - - - - - - - 0'),
  ('mark_notifications_read', $$$$, '401 401 1 1 1 1 1 1 1 -'),
  ('list_reversals_to_make', $$$$, '- - - - - - - - - 1'),
  ('list_transfers_to_make', $$$$, '- - - - - - - - - 0'),
  ('mark_outbox_failed', $$gen_random_uuid(), 'x'$$, '- - - - - - - - - 1'),
  ('mark_outbox_gone', $$gen_random_uuid()$$, '- - - - - - - - - 1'),
  ('mark_outbox_sent', $$gen_random_uuid(), 'x'$$, '- - - - - - - - - 1'),
  ('mark_outbox_skipped', $$gen_random_uuid(), 'x'$$, '- - - - - - - - - 1'),
  ('mark_read', $${conversation}, 1$$, '401 401 1 404 1 1 1 404 404 -'),
  ('merge_cart', $$'[]'$$, '1 1 1 1 1 1 1 1 1 -'),
  (
    'merge_categories', $${category}, (select id from public.categories where id <> {category} limit 1)$$,
    '401 401 403 403 403 403 403 403 1 1'
  ),
  ('moderate_review', $${review}, 'hide', 'Rule', 'Facts'$$, '401 401 403 403 403 403 403 403 1 1'),
  ('moderate_message', $${report}, 'dismiss'$$, '401 401 403 403 403 403 403 403 1 1'),
  ('prepare_payment', $${pending}$$, '401 401 1 404 404 404 404 404 404 -'),
  ('prepare_payout_account', $${olgas}$$, '401 401 403 403 403 403 403 403 403 -'),
  ('prepare_payout_for_job', $${payout}, 100$$, '- - - - - - - - - 1'),
  ('prepare_refund', $${refund}$$, '401 401 409 404 403 409 409 404 409 -'),
  ('prepare_refund_for_job', $${refund}$$, '- - - - - - - - - 409'),
  ('prepare_reversal_for_job', $${reversal}$$, '- - - - - - - - - 1'),
  ('prepare_transfer_for_job', $${transfer}$$, '- - - - - - - - - 1'),
  ('quote_cancellation', $${booked}$$, '401 401 1 404 1 1 1 404 1 -'),
  ('quote_cart', $$$$, '1 1 1 1 1 1 1 1 1 -'),
  ('read_metrics', $$$$, '- - - - - - - - - 89'),
  ('record_cash_payment', $${confirmed}$$, '401 401 403 404 1 1 1 404 1 -'),
  ('record_dispute_answer', $${dispute}, 1$$, '- - - - - - - - - 1'),
  ('record_payment_fee', $${payment}, 1$$, '- - - - - - - - - 409'),
  ('record_payout', $${payout}, 'po_matrix', 'pending'$$, '- - - - - - - - - 1'),
  ('record_payout_failure', $${payout}, 'no', 'No.'$$, '- - - - - - - - - 1'),
  ('record_request', $$'f', '/', 'GET', 200, 1$$, '- - - - - - - - - 1'),
  ('record_reversal', $${reversal}, 'trr_matrix'$$, '- - - - - - - - - 1'),
  ('record_reversal_failure', $${reversal}, 'no', 'No.'$$, '- - - - - - - - - 1'),
  ('record_transfer', $${transfer}, 'tr_matrix'$$, '- - - - - - - - - 1'),
  ('record_transfer_failure', $${transfer}, 'no', 'No.'$$, '- - - - - - - - - 1'),
  ('register_sms', $$'+12025550199', gen_random_uuid()$$, '- - - - - - - - - 1'),
  ('remove_coupon', $$'ten'$$, '404 1 1 404 404 404 404 404 404 -'),
  ('remove_from_cart', $${apple}$$, '404 1 1 404 404 404 404 404 404 -'),
  ('remove_member', $${olgas}, {staff id}$$, '401 401 403 403 1 1 1 403 403 -'),
  ('rename_category', $${category}, 'New name'$$, '401 401 403 403 403 403 403 403 1 1'),
  ('rename_store_link', $${olgas}, 'new-link'$$, '401 401 403 403 403 1 1 403 403 -'),
  ('resolve_alert', $${alert}, 'Done.'$$, '401 401 403 403 403 403 403 403 1 1'),
  ('reply_to_review', $${review}, 'Thanks'$$, '401 401 403 403 403 409 409 403 403 -'),
  ('report_review', $${review}, 'spam'$$, '401 401 1 1 1 1 1 1 1 -'),
  ('report_message', $${conversation}, 2, 'spam'$$, '401 401 1 404 403 403 403 404 404 -'),
  ('request_payout', $${olgas}, 1, 'USD', 'k'$$, '401 401 403 403 403 403 403 403 403 -'),
  ('request_refund', $${delivered}, amount => 1$$, '401 401 409 404 403 409 409 404 409 -'),
  ('reschedule_booking', $${booked}, current_date + 3 + time '16:00'$$, '401 401 1 404 1 1 1 404 1 -'),
  ('sales_summary', $${olgas}$$, '401 401 403 403 403 1 1 403 1 1'),
  (
    'save_product', $${olgas}, name => 'New', category => 'New', price_amount => 1$$,
    '401 401 403 403 403 1 1 403 403 -'
  ),
  ('save_service', $${olgas}, name => 'New', duration_minutes => 30$$, '401 401 403 403 403 1 1 403 403 -'),
  ('save_staff', $${olgas}, name => 'New'$$, '401 401 403 403 403 1 1 403 403 -'),
  ('search_products', $$'apple'$$, '1 1 1 1 1 1 1 1 1 1'),
  (
    'send_message', $${conversation}, 'New', 'b9000000-0000-4000-8000-000000000001'$$,
    '401 401 409 404 1 1 1 404 404 -'
  ),
  ('service_health', $$$$, '- - - - - - - - - 1'),
  ('set_away_message', $${olgas}, 'New'$$, '401 401 403 403 403 1 1 403 403 -'),
  ('set_cart_quantity', $${apple}, 2$$, '404 1 1 404 404 404 404 404 404 -'),
  ('set_notification_preference', $$'low_stock', 'email', false$$, '401 401 1 1 1 1 1 1 1 -'),
  ('set_commission', $$'platform', null, 1$$, '401 401 403 403 403 403 403 403 1 1'),
  ('set_opening_exception', $${olgas}, '2030-01-01', '[]'$$, '401 401 403 403 403 1 1 403 403 -'),
  (
    'set_opening_hours', $${olgas}, '[{"weekday": 1, "opens": "09:00", "closes": "17:00"}]'$$,
    '401 401 403 403 403 1 1 403 403 -'
  ),
  ('set_product_status', $${product}, 'draft'$$, '401 401 403 403 403 1 1 403 1 -'),
  ('set_quiet_hours', $$'22:00', '07:00', 'UTC'$$, '401 401 1 1 1 1 1 1 1 -'),
  ('set_stock', $${apple}, {on hand}::integer, 5$$, '401 401 404 404 1 1 1 404 404 -'),
  ('set_store_status', $${olgas}, 'suspended'$$, '401 401 403 403 403 403 403 403 1 1'),
  ('settle_sms', $$gen_random_uuid()$$, '- - - - - - - - - 1'),
  ('start_conversation', $${olgas}$$, '401 401 1 1 403 403 403 1 1 -'),
  ('submit_review', $$'product', {product}, '5'$$, '401 401 1 403 403 403 403 403 403 -'),
  ('suppress_address', $$'ana@example.com', 'bounced', 'x'$$, '- - - - - - - - - 1'),
  (
    'subscribe_push', $$'https://fcm.googleapis.com/fcm/send/2', 'B' || repeat('A', 86), repeat('A', 22)$$,
    '401 401 1 1 1 1 1 1 1 -'
  ),
  ('transfer_store', $${olgas}, {staff id}$$, '401 401 403 403 403 403 1 403 403 -'),
  ('unblock_customer', $${olgas}, {customer id}$$, '401 401 403 403 1 1 1 403 403 -'),
  ('unblock_store', $${olgas}$$, '401 401 1 1 1 1 1 1 1 -'),
  ('unsubscribe', $${ending link}$$, '1 1 1 1 1 1 1 1 1 -'),
  ('update_review', $${review}, '5'$$, '401 401 403 403 403 403 403 403 403 -'),
  ('vote_review', $${review}, 1$$, '401 401 1 1 403 403 403 1 1 -'),
  ('store_balance', $${olgas}$$, '401 401 403 403 403 1 1 403 1 1'),
  ('store_statement', $${olgas}$$, '401 401 403 403 403 10 10 403 10 10'),
  ('submit_dispute_evidence', $${dispute}, 'We did.'$$, '401 401 404 404 403 1 1 404 1 1');
select is(
  array_to_string(pg_temp.row_of(format('select public.%I(%s)', function, arguments)), ' '), answer,
  'each role is answered or refused as it should be by ' || function
)
from calls;
select is(
  pg_temp.unlike(
    array(select function from calls), array(select proname from pg_proc where pronamespace = 'public'::regnamespace)
  ),
  '',
  'every function has its line in this matrix'
);

-- Who hears what is sent to a channel, and who sends there.
create temporary table channels (topic text, hears text, sends text);
insert into channels values
  ('user:{customer id}', '0 0 1 0 0 0 0 0 0 1', '- - - - - - - - - 1'),
  ('store:{olgas}:orders', '0 0 0 0 1 1 1 0 1 1', '- - - - - - - - - 1'),
  ('store:{olgas}:bookings', '0 0 0 0 1 1 1 0 1 1', '- - - - - - - - - 1'),
  ('conversation:{conversation}', '0 0 1 0 1 1 1 0 0 1', '- - 1 - 1 1 1 - - 1'),
  ('conversation:{conversation}:orders', '0 0 0 0 0 0 0 0 0 1', '- - - - - - - - - 1'),
  ('elsewhere', '0 0 0 0 0 0 0 0 0 1', '- - - - - - - - - 1');
update channels set topic = replace(pg_temp.fill_in(channels.topic), '''', '');
create function pg_temp.row_of_channel(topic text, statement text) returns text
language plpgsql
as $$
begin
  perform realtime.send('{}', 'matrix', row_of_channel.topic), set_config('realtime.topic', row_of_channel.topic, true);
  return array_to_string(pg_temp.row_of(format(row_of_channel.statement, row_of_channel.topic)), ' ');
end;
$$;
select is(
  pg_temp.row_of_channel(topic, 'select from realtime.messages where topic = %L and event = ''matrix'''), hears,
  'each role hears what it may on ' || regexp_replace(topic, '[0-9a-f-]{36}', '<id>')
)
from channels;
select is(
  pg_temp.row_of_channel(
    topic, 'insert into realtime.messages (topic, extension, event, private) values (%L, ''broadcast'', ''x'', true)'
  ),
  sends, 'each role sends what it may on ' || regexp_replace(topic, '[0-9a-f-]{36}', '<id>')
)
from channels;

-- Who signs a URL of a file of a message, and who uploads beside it.
insert into storage.objects (bucket_id, name, owner_id, metadata)
select
  'message-attachments', ids.value || '/' || file, (select user_id from actors where name = 'customer'),
  '{"size": 1, "mimetype": "image/png"}'
from ids, unnest(array['b9000000-0000-4000-8000-000000000002', 'b9000000-0000-4000-8000-000000000003']) as file
where ids.name = 'conversation';
select pg_temp.attempt('customer', $$
  select public.send_message(
    {conversation}, '', gen_random_uuid(), array[{conversation} || '/b9000000-0000-4000-8000-000000000002']
  )
$$);
create temporary table files (does text, statement text, answer text);
insert into files values
  (
    'sees a file that was sent',
    $$select from storage.objects where name like {conversation} || '/%2'$$, '0 0 1 0 1 1 1 0 0 1'
  ),
  (
    'sees a file that was not sent yet',
    $$select from storage.objects where name like {conversation} || '/%3'$$, '0 0 1 0 0 0 0 0 0 1'
  ),
  (
    'uploads into the folder of a conversation',
    $$
      insert into storage.objects (bucket_id, name)
      values ('message-attachments', {conversation} || '/b9000000-0000-4000-8000-000000000004.png')
    $$,
    '- - 1 - 1 1 1 - - 1'
  ),
  (
    'uploads a kind of file that browsers run',
    $$
      insert into storage.objects (bucket_id, name)
      values ('message-attachments', {conversation} || '/b9000000-0000-4000-8000-000000000004.svg')
    $$,
    '- - - - - - - - - 1'
  ),
  (
    'changes a file that was sent', $$update storage.objects set name = name where name like {conversation} || '/%'$$,
    '0 0 0 0 0 0 0 0 0 2'
  ),
  (
    'uploads outside of any conversation',
    $$insert into storage.objects (bucket_id, name) values ('message-attachments', 'x.png')$$, '- - - - - - - - - 1'
  );
select is(array_to_string(pg_temp.row_of(statement), ' '), answer, 'who may, and nobody else, ' || does) from files;
select * from finish();
rollback;
