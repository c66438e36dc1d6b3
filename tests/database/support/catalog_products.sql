-- A listed product with two variants, a draft, and one of the competitor's.
do $$
begin
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Tap Assam', category => 'Tap Tea',
        options => '[{"name": "Weight", "values": ["100 g", "250 g"]}]',
        variants => '[
          {"option_values": ["100 g"], "price_amount": 20000, "mrp_amount": 25000, "quantity": 8, "sku": "TAP-1"},
          {"option_values": ["250 g"], "price_amount": 45000, "quantity": 0}
        ]'
      )
    $s$
  );
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Tap Secret', category => 'Tap Tea', status => 'draft', price_amount => 100
      )
    $s$
  );
  perform pg_temp.attempt(
    'other owner',
    $s$
      select public.save_product(
        store_id => {rival}, name => 'Tap Copy', category => 'tap  TEA', price_amount => 19900, quantity => 1
      )
    $s$
  );
  perform pg_temp.remember('product', $s$select id from public.products where slug = 'tap-assam'$s$);
  perform pg_temp.remember('draft', $s$select id from public.products where slug = 'tap-secret'$s$);
  perform pg_temp.remember('copy', $s$select id from public.products where slug = 'tap-copy'$s$);
  perform pg_temp.remember('variant', $s$select id from public.product_variants where sku = 'TAP-1'$s$);
  perform pg_temp.remember(
    'large',
    $s$
      select product_variants.id
      from public.product_variants
      join public.products on products.id = product_variants.product_id
      where products.slug = 'tap-assam' and product_variants.title = '250 g'
    $s$
  );
  perform pg_temp.remember(
    'draft variant',
    $s$
      select product_variants.id
      from public.product_variants
      join public.products on products.id = product_variants.product_id
      where products.slug = 'tap-secret'
    $s$
  );
  perform pg_temp.remember(
    'copy variant',
    $s$
      select product_variants.id
      from public.product_variants
      join public.products on products.id = product_variants.product_id
      where products.slug = 'tap-copy'
    $s$
  );
  perform pg_temp.remember('category', $s$select id from public.categories where name = 'Tap Tea'$s$);
end;
$$;
