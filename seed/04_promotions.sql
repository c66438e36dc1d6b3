-- What is cheaper now, and the codes that make it cheaper still.
insert into public.discounts (id, store_id, product_id, category_id, name, kind, percent_bps, amount, starts_at, ends_at, is_stackable, funded_by)
select
  ('5eed0007-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid,
  ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid,
  ('5eed0003-0000-7000-8000-' || lpad(listed.product_number::text, 12, '0'))::uuid,
  categories.id, listed.name, listed.kind, listed.percent_bps, listed.amount,
  now() + listed.starts_in * interval '1 day', now() + listed.ends_in * interval '1 day', listed.is_stackable, listed.funded_by
from (
  values
    (1, 1, 1,    null,           'Cedar week',            'percentage', 1500, null::bigint, -3,   25,   false, 'store'),
    (2, 1, null, 'Home Textiles','Textiles, 10 % off',    'percentage', 1000, null,         -10,  30,   true,  'store'),
    (3, 2, null, 'Fiction',      'Monsoon reading',       'percentage', 1200, null,         -5,   40,   false, 'store'),
    (4, 3, 41,   null,           'City bike season',      'amount',     null, 4000,         -1,   60,   false, 'store'),
    (5, 4, null, null,           'Spring everywhere',     'percentage',  500, null,         -2,   20,   true,  'platform'),
    (6, 5, 83,   null,           'House espresso Friday', 'percentage', 2000, null,         -7,   14,   false, 'store'),
    (7, 6, null, 'Mugs',         'Second-firing sale',    'percentage', 1500, null,          7,   21,   false, 'store'),
    (8, 6, 111,  null,           'Moon festival',         'amount',     null, 1000,         -40, -10,   false, 'store')
) as listed (number, store_number, product_number, category, name, kind, percent_bps, amount, starts_in, ends_in, is_stackable, funded_by)
left join public.categories on categories.name = listed.category;

insert into public.coupons (
  id, store_id, code, kind, percent_bps, amount, currency, min_order_amount, max_discount_amount, starts_at, ends_at,
  usage_limit, per_customer_limit, is_first_order_only
)
select
  ('5eed0008-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid,
  ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid,
  listed.code, listed.kind, listed.percent_bps, listed.amount, listed.currency, listed.min_order_amount,
  listed.max_discount_amount, now() - interval '30 days', now() + listed.ends_in * interval '1 day',
  listed.usage_limit, listed.per_customer_limit, listed.is_first_order_only
from (
  values
    (1, null::integer, 'WELCOME10', 'percentage',    1000, null::bigint, 'USD', 0::bigint, 2000::bigint, 365, null::integer, 1,    true),
    (2, 1,             'CANDLE5',   'amount',        null, 500,          'USD', 2500,      null,         90,  200,           2,    false),
    (3, 2,             'KITAB15',   'percentage',    1500, null,         'INR', 50000,     20000,        60,  null,          3,    false),
    (4, 3,             'RIDEFREE',  'free_shipping', null, null,         'USD', 5000,      null,         60,  500,           null, false),
    (5, 5,             'BEANS3',    'amount',        null, 300,          'USD', 1500,      null,         30,  50,            1,    false),
    (6, 6,             'LASTCHANCE','percentage',    2500, null,         'USD', 0,         5000,         -1,  100,           1,    false)
) as listed (
  number, store_number, code, kind, percent_bps, amount, currency, min_order_amount, max_discount_amount, ends_in, usage_limit,
  per_customer_limit, is_first_order_only
);
