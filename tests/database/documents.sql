-- Receipts: who may have one, what is written down, numbers without gaps.
begin;
set local search_path = public, extensions;
select plan(17);
-- include: actors, orders
create function pg_temp.buy(key text, who text) returns void
language plpgsql
as $$
begin
  perform pg_temp.attempt(buy.who, 'select public.add_to_cart({apple}, 2)');
  perform pg_temp.ask(
    buy.key, buy.who,
    format('public.checkout(%L, ''cash_on_delivery'', shipping_address => {address}::jsonb)', buy.key)
  );
  perform pg_temp.name_value(buy.key, (select value -> 'orders' -> 0 ->> 'id' from answers where name = buy.key));
end;
$$;
select pg_temp.buy('first', 'customer');
select pg_temp.buy('second', 'customer');
select pg_temp.buy('third', 'other customer');

select is(
  pg_temp.attempt('customer', 'select public.issue_receipt({first})'), 'PT409 order_unpaid',
  'what was not paid has no receipt'
);
select pg_temp.attempt('staff', 'select public.record_cash_payment({first})');
select pg_temp.attempt('staff', 'select public.record_cash_payment({second})');
select pg_temp.attempt('staff', 'select public.record_cash_payment({third})');

select is(
  pg_temp.attempt('visitor', 'select public.issue_receipt({first})'), 'PT401 not_signed_in',
  'a visitor has no receipt'
);
select is(
  pg_temp.attempt('other customer', 'select public.issue_receipt({first})'), 'PT404 order_not_found',
  'the receipt of somebody else does not exist'
);
select is(
  pg_temp.attempt('rival', 'select public.issue_receipt({first})'), 'PT404 order_not_found',
  'the receipt of another store does not exist'
);
select is(
  pg_temp.attempt('admin', 'select public.issue_receipt({first})'), 'PT403 store_role_required',
  'who runs the marketplace sees the order and issues no receipt of it'
);
select is(
  pg_temp.ask('receipt', 'customer', 'public.issue_receipt({first})') ->> 'reference', null,
  'a store that does not ask for numbers has receipts without'
);
select is(
  (select count(*) from private.document_numbers), 0::bigint, 'a receipt without a number uses none'
);
select is(
  (select value -> 'content' -> 'order' ->> 'total' from answers where name = 'receipt'),
  (select total_amount::text from public.orders where id = (select value::uuid from ids where name = 'first')),
  'a receipt says what was paid'
);
select is(
  (select value -> 'content' -> 'tax_rates' from answers where name = 'receipt'),
  (
    select jsonb_build_array(jsonb_build_object('rate_bps', 2000, 'tax', orders.included_tax_amount))
    from public.orders where orders.id = (select value::uuid from ids where name = 'first')
  ),
  'a receipt says the tax of each rate'
);

update public.stores set receipt_prefix = 'R-', name = 'Olga''s, moved', tax_number = 'AE 1' where name = 'Olga''s';
select is(
  pg_temp.ask('again', 'staff', 'public.issue_receipt({first})'),
  (select value from answers where name = 'receipt'), 'a receipt is the same ever after, for both sides'
);
select is(
  pg_temp.ask('second receipt', 'manager', 'public.issue_receipt({second})') ->> 'reference', 'R-1',
  'a store that asks for numbers gets them from one on'
);
select is(
  (select value -> 'content' -> 'seller' ->> 'tax_number' from answers where name = 'second receipt'), 'AE 1',
  'a receipt says what the tax office calls the seller'
);
select is(
  pg_temp.ask('third receipt', 'other customer', 'public.issue_receipt({third})') ->> 'reference', 'R-2',
  'the next receipt of a store has the next number, whoever asks'
);
select is(
  (select count(*) from private.check_invariants()), 0::bigint, 'numbers of receipts have no gap'
);
insert into storage.objects (bucket_id, name)
select 'documents', path from public.documents where order_id = (select value::uuid from ids where name = 'first');
select is(
  (
    select string_agg(actor || ' ' || seen, ', ' order by position)
    from (
      select actor, position, pg_temp.attempt(
        actor, 'select from storage.objects where bucket_id = ''documents'''
      ) as seen
      from unnest(array['customer', 'other customer', 'owner', 'staff', 'rival', 'admin'])
        with ordinality as asked (actor, position)
    ) as all_seen
  ),
  'customer 1, other customer 0, owner 1, staff 1, rival 0, admin 0',
  'the file of a receipt is seen by its customer and by who works for the store, and nobody else'
);
select is(
  pg_temp.attempt(
    'owner', $$
      insert into storage.objects (bucket_id, name)
      select 'documents', store_id || '/x.pdf' from public.documents limit 1
    $$
  ), '42501', 'nobody but the service writes documents'
);
delete from auth.users where id = 'b0000000-0000-4000-8000-000000000002';
select is(
  (select count(*) from public.documents where customer_id is null and number = 2), 1::bigint,
  'a receipt outlives the account of its customer'
);

select * from finish();
rollback;
