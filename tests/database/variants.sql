-- A list of variants is compared with what it leaves behind: SKUs, values and options may change hands in one call.
begin;
set local search_path = public, extensions;
select plan(24);
-- include: actors, catalog_people, catalog_stores

-- The variants of a product as a seller sees them: SKU, title and stock, in order.
create function pg_temp.shown(name text) returns text
language sql
as $$
  select string_agg(
    concat_ws(' ', product_variants.sku, product_variants.title, stock_levels.on_hand),
    ', ' order by product_variants.position
  )
  from public.product_variants
  join public.products on products.id = product_variants.product_id
  join public.stock_levels on stock_levels.variant_id = product_variants.id
  where products.name = shown.name and product_variants.deleted_at is null
$$;
create function pg_temp.save(name text, arguments text) returns text
language sql
as $$
  select pg_temp.attempt('owner', format(
    $s$
      select public.save_product(
        store_id => {store}, product_id => (select id from public.products where name = %L), %s
      )
    $s$,
    name, arguments
  ))
$$;

select pg_temp.attempt(
  'owner',
  $$
    select save_product(
      store_id => {store}, name => 'Cedar', category => 'Tap Tea', price_amount => 100, sku => 'CED', quantity => 5
    )
  $$
);
select is(
  pg_temp.save(
    'Cedar',
    $$
      options => '[{"name": "Size", "values": ["S", "L"]}]',
      variants => '[
        {"option_values": ["S"], "sku": "CED", "price_amount": 100},
        {"option_values": ["L"], "sku": "CED-L", "price_amount": 200}
      ]'
    $$
  ),
  '1', 'the SKU of a simple product goes to one of its new variants'
);
select is(pg_temp.shown('Cedar'), 'CED S 0, CED-L L 0', 'a simple product that gets options passes its SKU on');
select is(
  pg_temp.save('Cedar', $$variants => '[{"option_values": ["S"], "sku": "CED-L"}]'$$), '1',
  'the SKU of a variant that leaves can go to one that stays'
);
select is(pg_temp.shown('Cedar'), 'CED-L S 0', 'the SKU of a variant that leaves goes over in the same call');
select is(
  pg_temp.save(
    'Cedar', $$variants => '[{"option_values": ["L"], "sku": "ced-l", "price_amount": 300, "quantity": 4}]'$$
  ), '1',
  'the SKU of a variant that leaves can go to a new one, whatever its case'
);

select pg_temp.attempt(
  'owner',
  $$
    select save_product(
      store_id => {store}, name => 'Shirt', category => 'Tap Tea',
      options => '[{"name": "Size", "values": ["S", "L"]}, {"name": "Colour", "values": ["Red", "Blue"]}]',
      variants => '[
        {"option_values": ["S", "Red"], "sku": "A", "price_amount": 100, "quantity": 1},
        {"option_values": ["L", "Blue"], "sku": "B", "price_amount": 100, "quantity": 2}
      ]'
    )
  $$
);
select is(
  pg_temp.save(
    'Shirt',
    $$variants => '[{"option_values": ["S", "Red"], "sku": "B"}, {"option_values": ["L", "Blue"], "sku": "A"}]'$$
  ),
  '1', 'two variants can exchange their SKUs'
);
select is(
  pg_temp.shown('Shirt'), 'B S / Red 1, A L / Blue 2', 'stock stays with its variant when two SKUs are exchanged'
);
select is(
  pg_temp.save('Shirt', (
    select format(
      'variants => %L',
      jsonb_agg(
        jsonb_build_object(
          'id', product_variants.id, 'option_values',
          case sku when 'A' then '["S", "Red"]'::jsonb else '["L", "Blue"]' end
        )
      )
    )
    from public.product_variants where sku in ('A', 'B') and deleted_at is null
  )), '1', 'two variants can exchange their values by id'
);
select matches(pg_temp.shown('Shirt'), 'B L / Blue 1', 'stock stays with its variant when two exchange their values');
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Colour", "values": ["Red", "Blue"]}, {"name": "Size", "values": ["S", "L"]}]',
      variants => '[{"option_values": ["Red", "S"]}, {"option_values": ["Blue", "L"]}]'
    $$
  ),
  '1', 'two options can change places'
);
select is(
  pg_temp.shown('Shirt'), 'A Red / S 2, B Blue / L 1',
  'variants are the same ones, stock and SKU included, when options change places'
);
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Size", "values": ["Red", "Blue"]}, {"name": "Colour", "values": ["S", "L"]}]',
      variants => '[{"option_values": ["Red", "S"]}, {"option_values": ["Blue", "L"]}]'
    $$
  ),
  '1', 'two options can exchange their names'
);
select is(
  pg_temp.shown('Shirt'), 'A Red / S 2, B Blue / L 1', 'options that exchange their names leave the variants alone'
);
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Farbe", "values": ["Red", "Blue"]}, {"name": "Größe", "values": ["S", "L"]}]',
      variants => '[{"option_values": ["Red", "S"]}, {"option_values": ["Blue", "L"]}]'
    $$
  ),
  '1', 'options can get other names'
);
select is(pg_temp.shown('Shirt'), 'A Red / S 2, B Blue / L 1', 'options that get other names leave the variants alone');
select is(
  pg_temp.save(
    'Shirt',
    $$variants => '[{"option_values": ["Red", "S"], "sku": "X"}, {"option_values": ["Blue", "L"], "sku": "x "}]'$$
  ),
  'PT409 sku_taken', 'one SKU for two variants is refused'
);
select is(
  pg_temp.save(
    'Shirt', $$variants => '[{"option_values": ["Red", "S"], "sku": "B"}, {"option_values": ["Blue", "L"]}]'$$
  ),
  'PT409 sku_taken', 'an SKU that another variant keeps is refused'
);
select is(
  pg_temp.save(
    'Shirt', $$variants => '[{"option_values": ["Red", "S"], "sku": "CED-L"}, {"option_values": ["Blue", "L"]}]'$$
  ),
  'PT409 sku_taken', 'an SKU of another product is refused'
);
select is(
  pg_temp.save('Shirt', (
    select format(
      'variants => %L', jsonb_agg(jsonb_build_object('id', product_variants.id, 'option_values', '["Red", "S"]'::jsonb))
    )
    from public.product_variants where sku in ('A', 'B') and deleted_at is null
  )), 'PT422 duplicate_variant', 'two variants cannot take the same values'
);
select is(pg_temp.shown('Shirt'), 'A Red / S 2, B Blue / L 1', 'a refused edit of variants changes nothing');

-- Options
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Size", "values": ["S"]}, {"name": " size\u00a0", "values": ["M"]}]',
      variants => '[{"option_values": ["S", "M"], "price_amount": 1}]'
    $$
  ),
  'PT422 invalid_options', 'two options of one name, but for spaces and case, are refused'
);
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Size", "values": ["S", "S "]}]',
      variants => '[{"option_values": ["S"], "price_amount": 1}]'
    $$
  ),
  'PT422 invalid_options', 'two values that differ by a space only are refused'
);
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Size", "values": ["S", "s"]}]', variants => '[{"option_values": ["S"], "price_amount": 1}]'
    $$
  ),
  'PT422 invalid_options', 'two values that differ by case only are refused'
);
select is(
  pg_temp.save(
    'Shirt',
    $$
      options => '[{"name": "Size", "values": ["S\u200b", " M"]}]',
      variants => '[{"option_values": ["S "], "price_amount": 1}, {"option_values": ["M"], "price_amount": 1}]'
    $$
  ),
  '1', 'characters that nobody sees are no part of a value'
);

select * from finish();
rollback;
