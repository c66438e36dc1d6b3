-- Who waits for something is told when it can be bought again, also if its stock came while it was not for sale.
begin;
set local search_path = public, extensions;
select plan(9);
-- include: actors, orders

create function pg_temp.told() returns bigint
language sql
as $$
  select count(*)
  from public.notifications
  where user_id = 'b0000000-0000-4000-8000-000000000001' and kind = 'back_in_stock'
$$;
create function pg_temp.wait() returns text
language plpgsql
as $$
begin
  perform pg_temp.attempt(
    'owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000001'', ''active'')'
  );
  perform pg_temp.attempt(
    'owner', 'select public.set_stock({apple}, (select on_hand from public.stock_levels where variant_id = {apple}), 0)'
  );
  return pg_temp.attempt('customer', 'insert into public.back_in_stock_requests (variant_id) values ({apple})');
end;
$$;
select is(pg_temp.wait(), '1', 'a customer waits for a sold out product');
select pg_temp.attempt(
  'owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000001'', ''draft'')'
);
select pg_temp.attempt('owner', 'select public.adjust_stock({apple}, 5)');
select is(pg_temp.told(), 0::bigint, 'those who wait are not told of new goods for a draft');
select pg_temp.attempt(
  'owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000001'', ''active'')'
);
select is(pg_temp.told(), 1::bigint, 'those who wait are told when the product is on sale');
select pg_temp.attempt(
  'owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000001'', ''draft'')'
);
select pg_temp.attempt(
  'owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000001'', ''active'')'
);
select is(pg_temp.told(), 1::bigint, 'those who wait are told once');
select is(
  (select count(*) from private.outbox where template = 'back_in_stock'), 1::bigint,
  'those who wait are told by mail as well'
);

select is(pg_temp.wait(), '1', 'a customer who was told can wait again');
select pg_temp.attempt('admin', 'select public.set_store_status({olgas}, ''suspended'')');
select pg_temp.attempt('owner', 'select public.adjust_stock({apple}, 5)');
select pg_temp.attempt('admin', 'select public.set_store_status({olgas}, ''active'')');
select is(pg_temp.told(), 2::bigint, 'a store that is back tells those who wait for its goods');

select pg_temp.wait();
update public.product_variants set is_active = false where id = 'b3000000-0000-4000-8000-000000000001';
select pg_temp.attempt('owner', 'select public.adjust_stock({apple}, 5)');
select is(pg_temp.told(), 2::bigint, 'those who wait are not told of a variant that is not offered');
update public.product_variants set is_active = true where id = 'b3000000-0000-4000-8000-000000000001';
select is(pg_temp.told(), 3::bigint, 'those who wait are told when the variant is offered again');
select * from finish();
rollback;
