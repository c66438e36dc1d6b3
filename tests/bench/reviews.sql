-- People who received everything that a store sells, and reviews of products, as many as wanted, by authors whose accounts are
-- gone. Triggers and foreign keys are off while it writes, so what they keep is written here.
create schema if not exists bench;

create or replace function bench.generate_buyers(store_id uuid, number integer) returns uuid[]
language plpgsql volatile
set search_path = public
set session_replication_role = replica
as $$
declare
  v_buyers uuid[] := array(select gen_random_uuid() from generate_series(1, generate_buyers.number));
begin
  insert into auth.users (id, email, email_confirmed_at)
  select id, id || '@marketbase.example', now() from unnest(v_buyers) as id;
  insert into profiles (id, email, full_name) select id, id || '@marketbase.example', 'Bea Buyer' from unnest(v_buyers) as id;
  insert into checkouts (id, user_id, payment_method, status, currency, total_amount)
  select id, id, 'cash_on_delivery', 'confirmed', 'USD', 19000 from unnest(v_buyers) as id;
  insert into orders (
    id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method, currency, item_count,
    subtotal_amount, discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount, confirmed_at, delivered_at
  )
  select
    id, id, generate_buyers.store_id, id, position, 'MB' || position, 'delivered', 'paid', 'cash_on_delivery', 'USD', 19, 19000, 0, 0,
    0, 0, 19000, now(), now()
  from unnest(v_buyers) with ordinality as buyer (id, position);
  insert into order_lines (
    order_id, store_id, customer_id, position, product_id, variant_id, product_name, quantity, list_amount, unit_price_amount,
    subtotal_amount, total_amount
  )
  select
    buyer.id, generate_buyers.store_id, buyer.id, row_number() over (partition by buyer.id), products.id, products.id, products.name, 1,
    1000, 1000, 1000, 1000
  from unnest(v_buyers) as buyer (id)
  join products on products.store_id = generate_buyers.store_id;
  return v_buyers;
end;
$$;

create or replace function bench.generate_reviews(product_id uuid, number integer) returns void
language plpgsql volatile
set search_path = public
set session_replication_role = replica
as $$
begin
  insert into reviews (store_id, subject_type, subject_id, order_line_id, rating, body, helpful_count)
  select
    order_lines.store_id, 'product', generate_reviews.product_id, order_lines.id,
    (array[1, 2, 3, 3, 4, 4, 5, 5, 5, 5])[1 + item % 10], 'Burns for fifty hours.', (hashint4(item) & 63)
  from generate_series(1, generate_reviews.number) as item
  cross join (select * from order_lines where order_lines.product_id = generate_reviews.product_id limit 1) as order_lines;
  insert into rating_totals (subject_type, subject_id, stars_1, stars_2, stars_3, stars_4, stars_5)
  select 'product', generate_reviews.product_id, count(*) filter (where rating = 1), count(*) filter (where rating = 2),
    count(*) filter (where rating = 3), count(*) filter (where rating = 4), count(*) filter (where rating = 5)
  from reviews where subject_id = generate_reviews.product_id;
  update products
  set rating_average = rating_totals.rating_average,
    rating_score = private.rating_score(rating_totals.rating_count, rating_totals.rating_sum)
  from rating_totals
  where products.id = generate_reviews.product_id and rating_totals.subject_id = products.id;
end;
$$;
