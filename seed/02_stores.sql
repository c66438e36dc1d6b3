-- Six stores. All sell in dollars from New York, but one: Kitab Ghar sells in rupees, tax-inclusive, from Kolkata.
-- A store, its link and its owner's membership need each other, so they are written by one statement.
with listed (number, owner_number, name, slug, description, line1, city, region, postal_code, country_code, time_zone, currency, is_tax_inclusive, tax_rate_bps, order_prefix) as (
  values
    (1, 2, 'Willow & Wick',      'willow-wick',        'Candles, scent and slow evenings, made in small batches.',     '18 Alder Street',      'Hudson',    'NY', '12534',  'US', 'America/New_York', 'USD', false,  800, 'WW'),
    (2, 3, 'Kitab Ghar',         'kitab-ghar',         'Books and paper from a corner shop that never closes early.',  '42 College Row',       'Kolkata',   'WB', '700009', 'IN', 'Asia/Kolkata',     'INR', true,   500, 'KG'),
    (3, 4, 'Northside Cycles',   'northside-cycles',   'Bicycles for streets with weather, and everything they need.', '7 Canal Yard',         'Brooklyn',  'NY', '11231',  'US', 'America/New_York', 'USD', false,  888, 'NC'),
    (4, 5, 'Green Thumb Garden', 'green-thumb-garden', 'Plants that want to live and the tools to help them.',         '230 Orchard Road',     'Beacon',    'NY', '12508',  'US', 'America/New_York', 'USD', false,  800, 'GT'),
    (5, 6, 'Brew Lab Coffee',    'brew-lab-coffee',    'Coffee roasted on Tuesdays, and the gear to brew it well.',    '5 Foundry Lane',       'Troy',      'NY', '12180',  'US', 'America/New_York', 'USD', false,    0, 'BL'),
    (6, 7, 'Studio Nine Ceramics','studio-nine-ceramics','Stoneware from one wheel, one kiln and four hands.',         '9 Mill Pond',          'Kingston',  'NY', '12401',  'US', 'America/New_York', 'USD', false,  800, 'SN')
),
listed_with_ids as (
  select
    listed.*,
    ('5eed0002-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid as id,
    ('5eed0001-0000-7000-8000-' || lpad(listed.owner_number::text, 12, '0'))::uuid as owner_id
  from listed
),
opened as (
  insert into public.stores (
    id, owner_id, name, slug, description, status, line1, city, region, postal_code, country_code, time_zone, currency,
    is_tax_inclusive, tax_rate_bps, order_prefix, email, created_at
  )
  select
    id, owner_id, name, slug, description, 'active', line1, city, region, postal_code, country_code, time_zone, currency,
    is_tax_inclusive, tax_rate_bps, order_prefix, slug || '@marketbase.example', now() - interval '80 days'
  from listed_with_ids
),
linked as (
  insert into public.store_links (slug, store_id)
  select slug, id from listed_with_ids
  union all
  -- Willow & Wick had another name once; its first link still leads to it.
  select 'the-candle-corner', id from listed_with_ids where number = 1
)
insert into public.store_members (store_id, user_id, role)
select id, owner_id, 'owner' from listed_with_ids
union all
select id, '5eed0001-0000-7000-8000-000000000008', 'staff' from listed_with_ids where number = 1;

insert into public.shipping_methods (id, store_id, name, kind, rate_amount, free_over_amount, currency, position)
select
  ('5eed0005-0000-7000-8000-' || lpad((stores_in_order.number * 10 + methods.position)::text, 12, '0'))::uuid,
  stores_in_order.id, methods.name, methods.kind,
  -- Rupee rates are the dollar rates at about 80 to one.
  methods.rate_amount * case stores_in_order.currency when 'INR' then 8 else 1 end,
  methods.free_over_amount * case stores_in_order.currency when 'INR' then 20 else 1 end,
  stores_in_order.currency, methods.position
from (
  select stores.id, stores.currency, right(stores.id::text, 12)::integer as number
  from public.stores
  where stores.id::text like '5eed0002-%'
) as stores_in_order
cross join (
  values
    (1, 'Standard',        'free_over', 600::bigint, 7500::bigint),
    (2, 'Express',         'flat',      1500,        null),
    (3, 'Pick up in store','pickup',    0,           null)
) as methods (position, name, kind, rate_amount, free_over_amount);

insert into public.addresses (id, user_id, label, recipient_name, phone, line1, city, region, postal_code, country_code, is_default)
values
  ('5eed0006-0000-7000-8000-000000000021', '5eed0001-0000-7000-8000-000000000021', 'Home',   'Maya Brooks',  '+12025550121', '77 Juniper Avenue',   'Albany',    'NY', '12203',  'US', true),
  ('5eed0006-0000-7000-8000-000000000121', '5eed0001-0000-7000-8000-000000000021', 'Office', 'Maya Brooks',  '+12025550121', '400 State Street',    'Albany',    'NY', '12207',  'US', false),
  ('5eed0006-0000-7000-8000-000000000022', '5eed0001-0000-7000-8000-000000000022', 'Home',   'Leo Castillo', '+12025550122', '12 Lantern Hill',     'Nyack',     'NY', '10960',  'US', true),
  ('5eed0006-0000-7000-8000-000000000023', '5eed0001-0000-7000-8000-000000000023', 'Home',   'Anika Rao',    '+12025550123', '9 Lake View Terrace', 'Kolkata',   'WB', '700029', 'IN', true),
  ('5eed0006-0000-7000-8000-000000000024', '5eed0001-0000-7000-8000-000000000024', 'Home',   'Tom Whitaker', '+12025550124', '3 Ferry Landing',     'Newburgh',  'NY', '12550',  'US', true),
  ('5eed0006-0000-7000-8000-000000000025', '5eed0001-0000-7000-8000-000000000025', 'Home',   'Yuki Tanaka',  '+12025550125', '151 Maple Court',     'Saratoga',  'NY', '12866',  'US', true),
  ('5eed0006-0000-7000-8000-000000000026', '5eed0001-0000-7000-8000-000000000026', 'Home',   'Zoë Martin',   '+12025550126', '28 Rue de la Lune',   'Lyon',      null, '69001',  'FR', true);

-- What the marketplace keeps of each sale.
select public.set_commission('platform', null, 1000);
