-- A marketplace for the tests of carts, orders and payments.
insert into auth.users (id, phone, phone_confirmed_at, email, email_confirmed_at)
select ('b0000000-0000-4000-8000-00000000000' || position)::uuid, '92000000000' || position, now(),
name || '@orders.example', now()
from unnest(array['ana', 'ben', 'olga', 'mona', 'stan', 'rita', 'admin']) with ordinality as person (name, position);
insert into private.platform_admins (user_id) values ('b0000000-0000-4000-8000-000000000007');
insert into actors values
  ('visitor', 'anon', null),
  ('service', 'service_role', null),
  ('customer', 'authenticated', 'b0000000-0000-4000-8000-000000000001'),
  ('other customer', 'authenticated', 'b0000000-0000-4000-8000-000000000002'),
  ('owner', 'authenticated', 'b0000000-0000-4000-8000-000000000003'),
  ('manager', 'authenticated', 'b0000000-0000-4000-8000-000000000004'),
  ('staff', 'authenticated', 'b0000000-0000-4000-8000-000000000005'),
  ('rival', 'authenticated', 'b0000000-0000-4000-8000-000000000006'),
  ('admin', 'authenticated', 'b0000000-0000-4000-8000-000000000007');

-- Two stores: one sells tax-inclusive with paid shipping, the rival's tax-exclusive.
set constraints all deferred;
insert into public.stores (
  id, owner_id, name, slug, status, line1, city, country_code, currency, tax_rate_bps, is_tax_inclusive, order_prefix
)
values
  (
    'b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000003', 'Olga''s', 'olgas-of-orders',
    'active', 'A 1', 'B', 'AE', 'USD', 2000, true, 'OL'
  ),
  (
    'b1000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000006', 'Rita''s', 'ritas-of-orders',
    'active', 'A 1', 'B', 'AE', 'USD', 750, false, 'RI'
  ),
  (
    'b1000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000006', 'Rita''s yen',
    'ritas-yen-of-orders', 'active', 'A 1', 'B', 'AE', 'JPY', 1000, false, ''
  );
insert into public.store_links (slug, store_id) select slug, id from public.stores where slug like '%-of-orders';
insert into public.store_members (store_id, user_id, role) values
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000003', 'owner'),
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000004', 'manager'),
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000005', 'staff'),
  ('b1000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000006', 'owner'),
  ('b1000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000006', 'owner');
insert into public.categories (name, slug) values ('Orders'' things', 'orders-things');
insert into public.products (id, store_id, category_id, name, slug, status, currency)
select
  ('b2000000-0000-4000-8000-00000000000' || position)::uuid, store_id::uuid,
  (select id from public.categories where slug = 'orders-things'),
  name, 'orders-' || lower(name), 'active', currency
from (values
  (1, 'b1000000-0000-4000-8000-000000000001', 'Apple', 'USD'),
  (2, 'b1000000-0000-4000-8000-000000000001', 'Berry', 'USD'),
  (3, 'b1000000-0000-4000-8000-000000000002', 'Cherry', 'USD'),
  (4, 'b1000000-0000-4000-8000-000000000003', 'Yuzu', 'JPY')
) as product (position, store_id, name, currency);
insert into public.product_variants (id, product_id, store_id, mrp_amount, price_amount, currency)
select
  ('b3' || substring(products.id::text from 3))::uuid, products.id, products.store_id, price, price, products.currency
from public.products
join (
  values ('Apple', 1000), ('Berry', 333), ('Cherry', 999), ('Yuzu', 150)
) as price (name, price) on price.name = products.name
where products.slug like 'orders-%';
set constraints all immediate;
insert into public.stock_levels (variant_id, store_id, on_hand)
select id, store_id, 20 from public.product_variants where id::text like 'b3000000-%'
on conflict (variant_id) do update set on_hand = 20;
insert into public.stock_moves (variant_id, store_id, quantity, reason)
select id, store_id, 20, 'initial' from public.product_variants where id::text like 'b3000000-%';
insert into ids values
  ('olgas', 'b1000000-0000-4000-8000-000000000001'), ('ritas', 'b1000000-0000-4000-8000-000000000002'),
  ('yen', 'b1000000-0000-4000-8000-000000000003'),
  ('apple', 'b3000000-0000-4000-8000-000000000001'), ('berry', 'b3000000-0000-4000-8000-000000000002'),
  ('cherry', 'b3000000-0000-4000-8000-000000000003'), ('yuzu', 'b3000000-0000-4000-8000-000000000004'),
  (
    'address',
    '{"recipient_name": "Ana Lima", "line1": "Rua 1", "city": "Lisboa", "postal_code": "1200-195", '
    '"country_code": "PT"}'
  );
