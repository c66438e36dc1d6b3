-- CSV in and out.
begin;
set local search_path = public, extensions;
select plan(32);
-- include: actors, catalog_people, catalog_stores

create temporary table answer (value jsonb);
create function pg_temp.import(content text) returns text language plpgsql as $$
declare v_result text;
begin
  delete from answer;
  perform set_config(
    'request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true
  );
  begin
    insert into answer select import_products((select value::uuid from ids where name = 'store'), csv => content);
    select format('%s imported, %s failed', value -> 'imported', value -> 'failed') into v_result from answer;
  exception when others then
    get stacked diagnostics v_result = pg_exception_detail;
  end;
  perform set_config('request.jwt.claims', '', true);
  return v_result;
end;
$$;
select is(
  pg_temp.import(E'name,category,price,mrp,quantity,sku,description\nImp One,Imp,12.50,15,3,IMP-1,Plain\n'),
  '1 imported, 0 failed', 'a row of a list is imported as a product'
);
select is(
  (select (price_amount, mrp_amount, is_in_stock, is_listed)::text from products where name = 'Imp One'),
  '(1250,1500,t,t)', 'an imported product is priced in minor units, in stock and for sale'
);
select is(
  pg_temp.import(E'\ufeffName;Price;CATEGORY\r\n"Imp ""quoted""; two";1;Imp\r\n"Imp\nthree";2;Imp\r\n'),
  '2 imported, 0 failed', 'a list with byte order mark, semicolons, CRLF, quotes and line breaks in quotes is imported'
);
select is(
  (select count(*) from products where name in ('Imp "quoted"; two', 'Imp three'))::integer, 2,
  'names with quotes and line breaks are read as meant'
);
select is(
  pg_temp.import(
    E'name,category,price,sku,quantity,mrp\nGood A,Imp,1,,,\n,Imp,1,,,\nNo price,Imp,,,,\nBad price,Imp,1e3,,,\n'
    'Three decimals,Imp,1.005,,,\nTaken,Imp,1,imp-1,,\nMany,Imp,1,,12.5,\nCheap MRP,Imp,10,,,9\n"Open,Imp,1,,,\n'
    'Too,many,1,2,3,4,5\nGood B,Imp,1,,,\n'
  ),
  '2 imported, 9 failed', 'good rows are imported, bad ones are not'
);
select is(
  (
    select array_agg((error ->> 'row') || ' ' || (error ->> 'code'))
    from answer, jsonb_array_elements(value -> 'errors') as error
  ),
  array[
    '3 invalid_product_name', '4 invalid_price', '5 invalid_price', '6 invalid_price', '7 sku_taken',
    '8 invalid_quantity', '9 invalid_price', '10 malformed_row', '11 too_many_fields'
  ],
  'each bad row is told with its number and reason'
);
select is(
  (select array_agg(product ->> 'row') from answer, jsonb_array_elements(value -> 'products') as product),
  array['2', '12'], 'each good row is told with its number'
);
select is(
  pg_temp.import(E'name,category,price\nX,Imp Only Bad,\n'), '0 imported, 1 failed',
  'a row with a new category and no price fails'
);
select is(
  (select count(*) from categories where name = 'Imp Only Bad')::integer, 0,
  'a category that only a bad row names is not left behind'
);
select is(pg_temp.import(E'name,price\nX,1\n'), 'invalid_header', 'a list without a required column is refused');
select is(pg_temp.import(''), 'invalid_header', 'an empty file is refused for lack of a header');
select is(pg_temp.import(E'name,category,price\n'), '0 imported, 0 failed', 'a file with a header alone is no error');
select is(
  pg_temp.import(E'name,category,price,colour\nX1,Imp,1,red\n'), '1 imported, 0 failed',
  'a list with an unknown column is imported'
);
select is((select value -> 'ignored_columns' from answer), '["colour"]', 'an unknown column is told as ignored');
select is(
  pg_temp.import('name,category,price' || repeat(E'\nX,Imp,1', 501)), 'import_too_large',
  'a file of more than 500 rows is refused'
);
select is(
  pg_temp.import(repeat('x', 2000001)), 'import_too_large', 'a file of more than two million characters is refused'
);
select is(
  pg_temp.attempt('owner', $$select import_products({store})$$), 'PT422 invalid_import',
  'an import of nothing is refused'
);
select is(
  pg_temp.attempt('owner', $$select import_products({store}, rows => '{}')$$), 'PT422 invalid_import',
  'rows that are no list are refused'
);
select is(
  pg_temp.attempt(
    'owner', $$select import_products({store}, rows => '[3, {"name": "Imp row", "category": "Imp", "price": 3.25}]')$$
  ),
  '1', 'rows that a client read itself are imported'
);
select is(
  (select price_amount from products where name = 'Imp row'), 325::bigint,
  'rows that a client read itself are priced like those of a file'
);
select is(
  pg_temp.attempt('staff', $$select import_products({store}, csv => 'name')$$), 'PT403 store_role_required',
  'staff does not import'
);
select is(
  pg_temp.attempt('other owner', $$select export_products({store})$$), 'PT403 store_role_required',
  'strangers do not export'
);

-- Formulas
select is(
  pg_temp.import(E'name,category,price,description\n=1+1,Imp,1,\n+cmd,Imp,1,"@SUM(A1)"\n-2,Imp,1,\n'),
  '3 imported, 0 failed', 'names that a spreadsheet would run are imported'
);
select pg_temp.remember(
  'export',
  $$
    select string_agg(private.csv_field(value), ' ')
    from unnest(array['=1+1', '+cmd', '-2', '@SUM(A1)', E'\t=x', ' =x', 'a-b', '1,2', 'say "x"']) as value
  $$
);
select is(
  (select value from ids where name = 'export'),
  E'"''=1+1" "''+cmd" "''-2" "''@SUM(A1)" "''\t=x" "'' =x" a-b "1,2" "say ""x"""',
  'an export disarms what a spreadsheet would run'
);
select pg_temp.remember('csv', $$select 'x'$$);
do $$
begin
  perform set_config(
    'request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true
  );
  perform pg_temp.remember('csv', format('select export_products(%L)', (select value from ids where name = 'store')));
  perform set_config('request.jwt.claims', '', true);
end;
$$;
select is(
  (select count(*) from private.parse_csv((select value from ids where name = 'csv')))::integer - 1,
  (
    select count(*)::integer
    from product_variants
    join products on products.id = product_variants.product_id
    where products.store_id = (select value::uuid from ids where name = 'store')
  ),
  'an export has a line per variant'
);
select matches(
  (select value from ids where name = 'csv'), '"''=1[+]1",,Imp,0.01|"''=1[+]1",,Imp,1.00',
  'an export has prices as people write them and formulas disarmed'
);
update products set deleted_at = now() where store_id = (select value::uuid from ids where name = 'store');
update product_variants set deleted_at = now(), is_active = false
where store_id = (select value::uuid from ids where name = 'store');
select is(
  pg_temp.import((select value from ids where name = 'csv')),
  format(
    '%s imported, 0 failed', (select count(*) from private.parse_csv((select value from ids where name = 'csv'))) - 1
  ),
  'an exported list can be imported'
);
select is(
  (select count(*) from products where name = '=1+1' and deleted_at is null)::integer, 1,
  'an exported list comes back as it was'
);

-- Currencies without decimals, and with three
select is(private.read_price('1999', 'JPY', 0::smallint, '.'), 1999::bigint, 'a price in yen has no decimals');
select throws_ok(
  $$select private.read_price('19.99', 'JPY', 0::smallint, '.')$$, 'PT422', null, 'a price of 19.99 yen is refused'
);
select is(private.read_price('1.234', 'KWD', 3::smallint, '.'), 1234::bigint, 'a price in dinars has three decimals');
select is(private.read_price('12.50', 'INR', 2::smallint, '.'), 1250::bigint, 'a price in rupees has two decimals');

select * from finish();
rollback;
