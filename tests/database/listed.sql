-- What belongs to a product is shown and hidden with it, for whoever is asking.
begin;
set local search_path = public, extensions;
select plan(15);
-- include: actors, catalog_people, catalog_stores, catalog_products

create function pg_temp.belongings(actor text, product text) returns text
language sql
as $$
  select concat_ws(' ',
    pg_temp.attempt(actor, format('select from product_options where product_id = {%s}', product)),
    pg_temp.attempt(actor, format('select from product_variants where product_id = {%s}', product)),
    pg_temp.attempt(actor, format('select from product_media where product_id = {%s}', product))
  );
$$;

select pg_temp.attempt(
  'owner',
  $$
    insert into product_media (product_id, store_id, path)
    values ({product}, {store}, {store} || '/a.png'), ({draft}, {store}, {store} || '/b.png')
  $$
);
select is(
  pg_temp.belongings('visitor', 'product'), '1 2 1', 'a listed product shows its options, variants and pictures'
);
select is(pg_temp.belongings('visitor', 'draft'), '0 0 0', 'a draft shows a visitor no options, variants and pictures');
select is(
  pg_temp.belongings('customer', 'draft'), '0 0 0', 'a draft shows a customer no options, variants and pictures'
);
select is(
  pg_temp.belongings('other owner', 'draft'), '0 0 0', 'a draft shows a competitor no options, variants and pictures'
);
select is(
  pg_temp.belongings('staff', 'draft'), '0 1 1', 'a draft shows its variants and pictures to the store''s people'
);
select is(
  pg_temp.belongings('admin', 'draft'), '0 1 1',
  'a draft shows its variants and pictures to those who run the marketplace'
);

select pg_temp.attempt('manager', $$select set_product_status({draft}, 'active')$$);
select is(
  pg_temp.belongings('visitor', 'draft'), '0 1 1', 'a draft that is listed shows its variants and pictures to visitors'
);
select pg_temp.attempt('manager', $$select set_product_status({product}, 'draft')$$);
select is(pg_temp.belongings('visitor', 'product'), '0 0 0', 'a product that is listed no more shows visitors nothing');
select pg_temp.attempt('admin', $$select set_store_status({store}, 'suspended')$$);
select is(pg_temp.belongings('visitor', 'draft'), '0 0 0', 'a suspended store shows visitors nothing of its products');
select is(pg_temp.belongings('owner', 'draft'), '0 1 1', 'a suspended store shows its people everything');
select pg_temp.attempt('admin', $$select set_store_status({store}, 'active')$$);
select is(pg_temp.belongings('customer', 'draft'), '0 1 1', 'a store that is back shows its products again');
select is(
  pg_temp.attempt('owner', $$update product_media set is_listed = true where product_id = {product}$$), '42501',
  'nobody lists a picture by hand'
);
select pg_temp.attempt('owner', $$select delete_product({draft})$$);
select is(pg_temp.belongings('owner', 'draft'), '0 0 1', 'the variants of a deleted product go with it');
select is(pg_temp.belongings('visitor', 'draft'), '0 0 0', 'a deleted product shows visitors nothing any more');
select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated by listing and unlisting'
);
select * from finish();
rollback;
