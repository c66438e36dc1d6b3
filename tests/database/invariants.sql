-- The oracle of every race and fault is itself put to the test: each of its rules is broken, alone, and seen to fire.
begin;
set local search_path = public, extensions;
select plan(35);
-- include: actors, orders

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
    'public.coupons', 'public.order_lines'
  ] loop
    execute format('alter table %s disable trigger user', v_table);
  end loop;
end;
$$;

create temporary table provoked (rule text);
-- What the rules say of a breach, which is then undone.
create function pg_temp.says_of(breach text) returns text
language plpgsql
as $$
declare
  v_rules text;
begin
  begin
    execute pg_temp.fill_in(breach);
    select string_agg(distinct violation.rule, ', ') into v_rules from private.check_invariants() as violation;
    raise sqlstate 'P0099';
  exception when sqlstate 'P0099' then
    null;
  end;
  insert into provoked select unnest(string_to_array(v_rules, ', '));
  return v_rules;
end;
$$;
create function pg_temp.move(reference text, quantity integer) returns text
language sql
as $$
  select format(
    'insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id) values
       ({apple}, {olgas}, %s, %L, {%s}), ({apple}, {olgas}, %s, ''correction'', null)',
    quantity, case when quantity < 0 then 'sale' else 'return' end, reference, -quantity
  )
$$;

select is(pg_temp.says_of(breach), rule, format('the rule %s notices: %s', rule, how))
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
  ('confirmed_is_announced', 'an order that the store was not told of',
    'delete from private.outbox where template = ''order_placed_store'' and payload ->> ''order_id'' = {card order}'),
  ('answer_exists', 'an answer that tells of nothing',
    $$
      update private.idempotency_keys set response = jsonb_set(response, '{checkout_id}', to_jsonb(gen_random_uuid()))
      where key = 'cash'
    $$)
) as broken (rule, how, breach);

select set_eq(
  'select rule from provoked',
  $$
    select regexp_matches[1]
    from pg_proc, regexp_matches(pg_proc.prosrc, 'return query\s+select ''([a-z_]+)''', 'g')
    where pg_proc.oid = 'private.check_invariants'::regproc
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
