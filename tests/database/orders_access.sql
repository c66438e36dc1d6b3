-- Who sees, writes and calls what of carts, orders, payments and messages.
begin;
set local search_path = public, extensions;
select plan(207);
-- include: actors, orders

-- One order in cash and one awaiting its card at Olga's; another customer's at Rita's.
insert into public.shipping_methods (store_id, name, kind, rate_amount, currency) values ('b1000000-0000-4000-8000-000000000001', 'Post', 'flat', 499, 'USD');
insert into public.shipping_methods (store_id, name, kind, rate_amount, currency, is_active) values ('b1000000-0000-4000-8000-000000000001', 'Old', 'flat', 499, 'USD', false);
insert into public.coupons (store_id, code, kind, percent_bps) values ('b1000000-0000-4000-8000-000000000001', 'TEN', 'percentage', 1000);
insert into public.coupons (code, kind, percent_bps) values ('PLATFORM', 'percentage', 1000);
delete from public.shipping_methods where store_id not in ('b1000000-0000-4000-8000-000000000001');
delete from public.coupons where code not in ('TEN', 'PLATFORM');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask('x', 'customer', 'public.apply_coupon(''TEN'')');
select pg_temp.ask('cash', 'customer', 'public.checkout(''cash'', ''cash_on_delivery'', shipping_address => {address}::jsonb)');
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'cash'));
select pg_temp.name_value('line', (select id::text from public.order_lines where order_id = (select value::uuid from ids where name = 'order')));
select pg_temp.ask('x', 'owner', 'public.advance_order({order}, ''shipped'', ''DHL'', ''1'')');
select pg_temp.ask('x', 'owner', 'public.record_cash_payment({order})');
select pg_temp.ask('x', 'customer', 'public.request_refund({order}, jsonb_build_array(jsonb_build_object(''order_line_id'', {line}, ''quantity'', 1)))');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('card', 'customer', 'public.checkout(''card'', ''card'', shipping_address => {address}::jsonb)');
select pg_temp.name_value('checkout', (select value ->> 'checkout_id' from answers where name = 'card'));
select pg_temp.ask('x', 'customer', 'public.prepare_payment({checkout})');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('x', 'customer', 'public.apply_coupon(''TEN'')');
select pg_temp.ask('cart', 'other customer', 'public.add_to_cart({cherry}, 1)');
select pg_temp.ask('x', 'other customer', 'public.checkout(''other'', ''cash_on_delivery'', shipping_address => {address}::jsonb)');
create temporary table mine as select id from public.orders where customer_id in ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002');

-- What each sees: rows among those made here, or the SQLSTATE of a missing grant.
create temporary table expected (
  relation text, filter text, visitor text, customer text, other text, staff text, manager text, owner text, rival text, admin text
);
insert into expected values
  ('shipping_methods', 'store_id = {olgas}', '1', '1', '1', '2', '2', '2', '1', '2'),
  ('coupons', 'true', '42501', '0', '0', '1', '1', '1', '0', '2'),
  ('coupon_redemptions', 'true', '42501', '1', '0', '1', '1', '1', '0', '1'),
  ('carts', 'true', '42501', '3', '1', '0', '0', '0', '0', '0'),
  ('cart_items', 'true', '42501', '3', '1', '0', '0', '0', '0', '0'),
  ('cart_coupons', 'true', '42501', '2', '0', '0', '0', '0', '0', '0'),
  ('checkouts', 'user_id in (''b0000000-0000-4000-8000-000000000001'', ''b0000000-0000-4000-8000-000000000002'')', '42501', '2', '1', '0', '0', '0', '0', '3'),
  ('orders', 'store_id in ({olgas}, {ritas})', '42501', '2', '1', '2', '2', '2', '1', '3'),
  ('order_lines', 'store_id in ({olgas}, {ritas})', '42501', '2', '1', '2', '2', '2', '1', '3'),
  ('order_events', 'store_id in ({olgas}, {ritas})', '42501', '5', '1', '5', '5', '5', '1', '6'),
  ('shipments', 'store_id in ({olgas}, {ritas})', '42501', '1', '0', '1', '1', '1', '0', '1'),
  ('stock_reservations', 'store_id in ({olgas}, {ritas})', '42501', '0', '0', '1', '1', '1', '0', '1'),
  ('payments', 'user_id in (''b0000000-0000-4000-8000-000000000001'', ''b0000000-0000-4000-8000-000000000002'')', '42501', '2', '0', '0', '0', '0', '0', '2'),
  ('refunds', 'store_id in ({olgas}, {ritas})', '42501', '1', '0', '1', '1', '1', '0', '1'),
  ('refund_lines', 'order_line_id = {line}', '42501', '1', '0', '1', '1', '1', '0', '1'),
  ('notifications', 'user_id in (''b0000000-0000-4000-8000-000000000001'', ''b0000000-0000-4000-8000-000000000002'')', '42501', '2', '1', '0', '0', '0', '0', '0');
create function pg_temp.seen(actor text, relation text, filter text) returns text
language sql
as $$ select pg_temp.attempt(actor, format('select 1 from public.%I where %s', relation, filter)) $$;
select is(pg_temp.seen('visitor', relation, filter), visitor, 'a visitor reads ' || relation) from expected;
select is(pg_temp.seen('customer', relation, filter), customer, 'a customer reads ' || relation) from expected;
select is(pg_temp.seen('other customer', relation, filter), other, 'another customer reads ' || relation) from expected;
select is(pg_temp.seen('staff', relation, filter), staff, 'staff reads ' || relation) from expected;
select is(pg_temp.seen('manager', relation, filter), manager, 'a manager reads ' || relation) from expected;
select is(pg_temp.seen('owner', relation, filter), owner, 'an owner reads ' || relation) from expected;
select is(pg_temp.seen('rival', relation, filter), rival, 'another store''s owner reads ' || relation) from expected;
select is(pg_temp.seen('admin', relation, filter), admin, 'a platform admin reads ' || relation) from expected;
select cmp_ok(pg_temp.seen('service', relation, filter), '~', '^[1-9][0-9]*$', 'the service reads ' || relation) from expected;

-- What each may write: exactly these columns, and nothing else.
select is(
  (
    select string_agg(role || ' ' || privilege || coalesce(' (' || columns || ')', ''), '; ' order by role, privilege)
    from (
      select grants.grantee as role, lower(grants.privilege_type) as privilege,
        case when grants.privilege_type in ('INSERT', 'UPDATE') then string_agg(grants.column_name, ', ' order by grants.column_name::text) end as columns
      from information_schema.column_privileges as grants
      where grants.table_schema = 'public' and grants.table_name = expected.relation
        and grants.grantee in ('anon', 'authenticated', 'service_role', 'PUBLIC') and grants.privilege_type in ('INSERT', 'UPDATE')
      group by grants.grantee, grants.privilege_type
      union all
      select grants.grantee, lower(grants.privilege_type), null
      from information_schema.table_privileges as grants
      where grants.table_schema = 'public' and grants.table_name = expected.relation
        and grants.grantee in ('anon', 'authenticated', 'service_role', 'PUBLIC') and grants.privilege_type not in ('SELECT', 'INSERT', 'UPDATE')
    ) as writes
  ),
  writes.allowed, 'writes on ' || expected.relation
)
from expected
left join (values
  ('cart_items', 'authenticated delete; authenticated update (quantity)'),
  ('coupons', 'authenticated insert (amount, code, currency, ends_at, is_active, is_first_order_only, kind, max_discount_amount, min_order_amount, per_customer_limit, percent_bps, starts_at, store_id, usage_limit); authenticated update (amount, code, ends_at, is_active, is_first_order_only, max_discount_amount, min_order_amount, per_customer_limit, percent_bps, starts_at, usage_limit)'),
  ('notifications', 'authenticated delete; authenticated update (read_at)'),
  ('shipments', 'authenticated update (carrier, tracking_number, tracking_url)'),
  ('shipping_methods', 'authenticated delete; authenticated insert (currency, free_over_amount, is_active, kind, name, position, rate_amount, store_id); authenticated update (currency, free_over_amount, is_active, kind, name, position, rate_amount)')
) as writes (relation, allowed) on writes.relation = expected.relation;
select is(pg_temp.attempt('other customer', 'update public.notifications set read_at = now()'), '1', 'people mark their own notifications read');
select is(pg_temp.attempt('rival', 'delete from public.notifications'), '0', 'not others''');
select is(pg_temp.attempt('rival', 'delete from public.shipping_methods'), '0', 'nobody deletes another store''s methods');
select is(pg_temp.attempt('staff', 'update public.shipping_methods set rate_amount = 0'), '0', 'staff changes no rates');
select is(pg_temp.attempt('manager', 'update public.shipping_methods set store_id = {ritas}'), '42501', 'a method stays in its store');
select is(pg_temp.attempt('rival', 'update public.shipments set carrier = ''x'''), '0', 'nobody redirects another store''s parcels');
select is(pg_temp.attempt('customer', 'update public.orders set status = ''cancelled'''), '42501', 'no status by a plain write');
select is(pg_temp.attempt('owner', 'update public.orders set payment_status = ''paid'''), '42501', 'no payment either');

-- Who may call what: a visitor every verb, to be told to sign in.
select is(
  array(select role from unnest(array['anon', 'authenticated', 'service_role']) as role where has_function_privilege(role, verbs.oid, 'execute')),
  verbs.callers, 'callers of ' || verbs.oid::regprocedure
)
from (
  select procedures.oid, case
    when procedures.proname in ('get_cart', 'quote_cart', 'add_to_cart', 'set_cart_quantity', 'remove_from_cart', 'clear_cart', 'merge_cart', 'apply_coupon', 'remove_coupon',
      'claim_cart', 'checkout', 'cancel_order', 'advance_order', 'confirm_receipt', 'record_cash_payment', 'request_refund', 'decide_refund', 'prepare_payment', 'prepare_refund')
      then array['anon', 'authenticated']
    when procedures.proname = 'sales_summary' then array['anon', 'authenticated', 'service_role']
    when procedures.proname in ('attach_payment_intent', 'attach_refund', 'prepare_refund_for_job', 'apply_payment_event', 'list_payments_to_reconcile', 'list_refunds_to_issue', 'list_stale_image_copies', 'register_sms', 'settle_sms', 'claim_outbox', 'mark_outbox_sent', 'mark_outbox_failed', 'mark_outbox_skipped', 'service_health', 'read_metrics', 'record_request', 'evaluate_alerts', 'check_invariants')
      then array['service_role']
  end as callers
  from pg_catalog.pg_proc as procedures
  where procedures.pronamespace = 'public'::regnamespace
) as verbs
where verbs.callers is not null;
select is(
  array(
    select relations.relname::text from pg_catalog.pg_class as relations
    where relations.relnamespace = 'private'::regnamespace and relations.relkind in ('r', 'p')
      and (has_any_column_privilege('anon', relations.oid, 'select') or has_any_column_privilege('authenticated', relations.oid, 'select') or has_any_column_privilege('service_role', relations.oid, 'select'))
  ),
  '{}', 'no table of private is readable through any role of the API'
);
select is_empty('select * from private.check_invariants()', 'nothing is violated');
select * from finish();
rollback;
