-- Lists as spreadsheets of the world write them: separators, decimal signs, quotes, line ends, what cannot be seen.
begin;
set local search_path = public, extensions;
-- include: actors, catalog_people, catalog_stores

-- What comes of a list: its prices and pieces in order of the rows, or the code of each row (or of the list) that is
-- refused.
create function pg_temp.import(content text) returns text
language plpgsql
as $$
declare
  v_answer jsonb;
  v_detail text;
begin
  perform set_config(
    'request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}', true
  );
  begin
    v_answer := import_products((select value::uuid from ids where name = 'store'), csv => content);
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    perform set_config('request.jwt.claims', '', true);
    return coalesce(nullif(v_detail, ''), sqlerrm);
  end;
  perform set_config('request.jwt.claims', '', true);
  return (
    select string_agg(line.outcome, ' ' order by line.row)
    from (
      select
        (product ->> 'row')::integer as row,
        price_amount || case when on_hand > 0 then '/' || on_hand else '' end as outcome
      from jsonb_array_elements(v_answer -> 'products') as product
      join product_variants on product_variants.product_id = (product ->> 'product_id')::uuid
      join stock_levels on stock_levels.variant_id = product_variants.id
      union all
      select (error ->> 'row')::integer, error ->> 'code' from jsonb_array_elements(v_answer -> 'errors') as error
    ) as line
  );
end;
$$;
-- A price column alone, one row each.
create function pg_temp.prices(separator text, variadic prices text[]) returns text
language sql
as $$
  select pg_temp.import(
    concat_ws(separator, 'name', 'category', 'price') || e'\r\n'
    || string_agg(
      concat_ws(separator, 'P' || gen_random_uuid(), 'Dialect', '"' || replace(price, '"', '""') || '"'),
      e'\r\n' order by position
    )
  )
  from unnest(prices) with ordinality as given (price, position)
$$;

create temporary table dialects (title text, outcome text, expected text);
insert into dialects values
  (
    'Excel where the decimal sign is a comma',
    pg_temp.import(e'name;category;price\r\nGlocke;Räder;18,50\r\nRad;Räder;1.299,00\r\nKorb;Räder;1.299\r\n'),
    '1850 129900 129900'
  ),
  (
    'semicolons with points, as in Switzerland', pg_temp.prices(';', '18.50', '1''299.00', '1’299.00', '1 299'),
    '1850 129900 129900 129900'
  ),
  (
    'semicolons with points and one price that only its neighbours explain', pg_temp.prices(';', '18.50', '1,299'),
    '1850 129900'
  ),
  (
    'spaces between thousands, plain, no-break and narrow',
    pg_temp.prices(';', '1 299,00', E'1\u00a0299,00', E'1\u202f299,00', E'12\u2009345\u2009678,5'),
    '129900 129900 129900 1234567850'
  ),
  (
    'Google Sheets in German: commas around quoted prices', pg_temp.prices(',', '18,50 €', '1.299,00', '1.299'),
    'invalid_price 129900 129900'
  ),
  (
    'a decimal point, thousands with commas', pg_temp.prices(',', '18.50', '1,299.00', '1,299', '1,29,900.00'),
    '1850 129900 129900 12990000'
  ),
  (
    'a list that proves nothing', pg_temp.prices(',', '1,299', '1.299', '24', '1299'),
    'ambiguous_number ambiguous_number 2400 129900'
  ),
  (
    'with semicolons the comma is the decimal sign', pg_temp.prices(';', '1,299', '1.299', '24', '24,5'),
    'invalid_price 129900 2400 2450'
  ),
  (
    'a list that contradicts itself is read where a number says it alone',
    pg_temp.prices(',', '18.50', '18,50', '1,299'), '1850 1850 ambiguous_number'
  ),
  ('a leading zero is no thousand', pg_temp.prices(',', '0,50', '0.75', '0,125'), '50 75 invalid_price'),
  (
    'signs and codes of the store''s currency',
    pg_temp.prices(',', '₹18.50', '₹ 1,299.00', 'Rs. 20', 'Rs 20.00', '18.50 INR', 'inr 7', E'₹\u00a09.00'),
    '1850 129900 2000 2000 1850 700 900'
  ),
  (
    'signs and codes of another currency', pg_temp.prices(',', '$18.50', '18.50 EUR', '£5', 'kr 5'),
    'invalid_price invalid_price invalid_price invalid_price'
  ),
  ('a dash for no cents', pg_temp.prices(';', '18,-', '18,--', '18,– ₹', '18.-'), '1800 1800 invalid_price 1800'),
  (
    'prices that are none',
    pg_temp.prices(',', '-5', '1e3', '5%', '(5)', '1,2,3', '1.2.3', '1,,5', 'abc', '.', '1 2', '12 34', '1''2', '+5'),
    'invalid_price invalid_price invalid_price invalid_price invalid_price invalid_price invalid_price '
    'invalid_price invalid_price invalid_price invalid_price invalid_price invalid_price'
  ),
  (
    'an invisible space behind a price',
    pg_temp.prices(',', E'18.00\u00a0', E'\ufeff18.00', E'18.00\u200b', E'\t18.00 '), '1800 1800 1800 1800'
  ),
  (
    'pieces',
    pg_temp.import(
      e'name,category,price,quantity\nQ1,D,1.50,10.0\nQ2,D,1.50,"1,000"\nQ3,D,1.50,"1,299"\nQ4,D,1.50,2.5\n'
      'Q5,D,1.50,\nQ6,D,1.50, 7 \nQ7,D,1.50,"1 000"\nQ8,D,1.50,-1\n'
    ),
    '150/10 150/1000 150/1299 invalid_quantity 150 150/7 150/1000 invalid_quantity'
  ),
  (
    'pieces with a decimal comma', pg_temp.import(e'name;category;price;quantity\nQ9;D;1,50;10,0\nQ10;D;1,50;1.000\n'),
    '150/10 150/1000'
  ),
  (
    'pieces that may be one or a thousand',
    pg_temp.import(e'name,category,price,quantity\nQ11,D,1,1.000\nQ12,D,1,12.0\nQ13,D,1,5\n'), '100/1 100/12 100/5'
  ),
  (
    'pieces that nothing explains', pg_temp.import(e'name,category,price,quantity\nQ14,D,1,1.000\n'), 'ambiguous_number'
  ),
  (
    'empty fields at the end of rows and header',
    pg_temp.import(e'name,category,price,,\r\nE1,D,1,,\r\nE2,D,1,,,,\r\nE3,D,1\r\n,,,,\r\n'), '100 100 100'
  ),
  ('more fields than the header are told', pg_temp.import(e'name,category,price\nE4,D,1,,x\n'), 'too_many_fields'),
  (
    'Excel''s Unicode text: tabs',
    pg_temp.import(e'\ufeffname\tcategory\tprice\r\nT1\tD\t18,50\r\n"T2 ""two"", lines"\tD\t1.299,00\r\n'),
    '1850 129900'
  ),
  ('the first line sep=;', pg_temp.import(e'sep=;\r\nname;category;price\r\nS1;D;18,50\r\n'), '1850'),
  (
    'the first line sep= in quotes, behind a byte order mark, with another sign',
    pg_temp.import(e'\ufeff"sep=|"\nname|category|price\nS2|D|18.50\n'), '1850'
  ),
  (
    'the first line sep= wins over what the header looks like',
    pg_temp.import(e'sep=,\nname,category,price,a;b;c;d;e\nS3,D,18.50,x\n'), '1850'
  ),
  ('old line ends', pg_temp.import(e'name,category,price\rL1,D,1.50\rL2,D,2.50\r'), '150 250'),
  (
    'line breaks in quotes, of every kind',
    pg_temp.import(e'name,category,price,description\r\nL3,D,1.50,"one\r\ntwo"\r\nL4,D,2.50,"one\ntwo"\r\n'), '150 250'
  ),
  (
    'spaces around quotes', pg_temp.import(e'name, category, price\n"L5, five", "D", "1.50"\n"L6" ,"D" ,2.50\n'),
    '150 250'
  ),
  (
    'header names in capitals, quotes and odd spaces',
    pg_temp.import(E'"NAME ";"Category\u00a0";"\ufeffPrice"\nH1;D;1,5\n'), '150'
  ),
  (
    'a header in quotes with the other separator in it',
    pg_temp.import(e'"name","category","price","size; colour; weight; length"\nH2,D,1.50,x\n'), '150'
  ),
  ('blank lines', pg_temp.import(E'\r\n\r\nname,category,price\r\n\r\nB1,D,1.50\r\n \r\n\u00a0,,\r\n'), '150'),
  ('a file read in the wrong encoding', pg_temp.import(e'name,category,price\nK\ufffdse,D,1.50\n'), 'invalid_import');
select plan(36);
select is(outcome, expected, 'a list is read as meant: ' || title) from dialects;
select is(
  (select count(*) from products where name in ('T2 "two", lines', 'L5, five', 'E3'))::integer, 3,
  'names of every dialect are read as meant'
);

-- Currencies of no and of three decimals
select is(
  private.read_price('1,299', 'JPY', 0::smallint, null), 1299::bigint,
  'in a currency without decimals a comma is between thousands'
);
select is(
  private.read_price('150.000', 'VND', 0::smallint, null), 150000::bigint,
  'in a currency without decimals a point is between thousands'
);
select is(
  private.read_price('1.500', 'KWD', 3::smallint, '.'), 1500::bigint,
  'in a currency with three decimals an export is read as it was written'
);

select * from finish();
rollback;
