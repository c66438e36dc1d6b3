-- The same list sent twice, as after a lost answer: what has no SKU to be known by is known by name, category and
-- price.
begin;
set local search_path = public, extensions;
select plan(9);
-- include: actors, catalog_people, catalog_stores

create function pg_temp.import(content text) returns text
language plpgsql
as $$
declare
  v_answer jsonb := pg_temp.ask('answer', 'owner', format('public.import_products({store}, csv => %L)', content));
begin
  return coalesce(
    v_answer ->> 'error',
    format(
      '%s imported, %s', v_answer -> 'imported',
      (
        select coalesce(string_agg((error ->> 'row') || ' ' || (error ->> 'code'), ', '), 'no errors')
        from jsonb_array_elements(v_answer -> 'errors') as error
      )
    )
  );
end;
$$;
select is(
  pg_temp.import(E'name,category,price,sku\nAgain A,Again,1.50,\n=Again B,Again,2,\nAgain C,Again,3,AG-C\n'),
  '3 imported, no errors', 'a list is imported'
);
select is(
  pg_temp.import(
    E'name,category,price,sku\r\nAgain A , AGAIN,1.5,\r\n''=Again B,Again,2.00,\r\nAgain C,Again,3,AG-C\r\n'
  ),
  '0 imported, 2 duplicate_product, 3 duplicate_product, 4 sku_taken',
  'the same list, however a spreadsheet wrote it, is told as known'
);
select is(
  (select count(*) from products where name like '%Again%')::integer, 3,
  'a list that is sent twice brings each product once'
);
select is(
  pg_temp.import(E'name,category,price\nAgain A,Again,1.60\nAgain A,Again too,1.50\n'), '2 imported, no errors',
  'a row with another price or category is another product'
);
select is(
  pg_temp.import(E'name,category,price,sku\nAgain A,Again,1.50,AG-A\n'), '1 imported, no errors',
  'a row with a SKU of its own is another product'
);
select is(
  pg_temp.import(E'name,category,price\nAgain D,Again,1\nAgain D,Again,1\n'), '1 imported, 3 duplicate_product',
  'a row that stands twice in one list is imported once'
);
select pg_temp.remember('twice', $$select id::text from products where name = 'Again D'$$);
select pg_temp.attempt('owner', 'select public.delete_product({twice})');
select is(
  pg_temp.import(E'name,category,price\nAgain D,Again,1\n'), '1 imported, no errors',
  'a product that was deleted may be imported again'
);
select is(
  pg_temp.import(E'name,category,price\nSave,Again,0\nSave,Again,1\n'), '1 imported, 2 invalid_price',
  'a row that failed does not make the next one a duplicate'
);
select is(
  pg_temp.import(E'name,Name,category,price\nX,Y,Again,1\n'), 'The first row names a column twice.',
  'a list with a column twice is refused, not guessed at'
);
select * from finish();
rollback;
