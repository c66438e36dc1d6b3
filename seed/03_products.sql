-- 120 products, twenty for each store. Prices are minor units of the store's currency: cents, or paise for Kitab Ghar.
insert into public.categories (name, slug)
select listed.name, private.slugify(listed.name)
from (
  values
    ('Candles'), ('Diffusers'), ('Home Textiles'), ('Accessories'), ('Fiction'), ('Poetry'), ('Cookery'), ('Children'),
    ('Stationery'), ('Bicycles'), ('Safety'), ('Components'), ('Bags'), ('Tools'), ('House Plants'), ('Herbs'), ('Seeds'),
    ('Pots'), ('Garden Tools'), ('Coffee Beans'), ('Brewers'), ('Grinders'), ('Cups'), ('Supplies'), ('Tableware'), ('Mugs'),
    ('Vases'), ('Planters'), ('Classes'), ('Studio')
) as listed (name)
on conflict do nothing;

create temporary table listed as
select *
from (
  values
    (  1, 1, 'Candles',      'Cedar & Smoke Candle',        'Soy wax with cedarwood and a thread of birch smoke. Burns for 45 hours.',             2800, 2400,  60),
    (  2, 1, 'Candles',      'Fig Orchard Candle',          'Green fig, leaf and bark: late summer in a jar.',                                      2800, 2800,  42),
    (  3, 1, 'Candles',      'Beeswax Taper Pair',          'Two hand-dipped tapers of pure beeswax, 25 cm.',                                       1600, 1600,  80),
    (  4, 1, 'Candles',      'Unscented Pillar',            'Slow-burning pillar for long tables. 60 hours.',                                       1900, 1500,  55),
    (  5, 1, 'Candles',      'Tea Light Dozen',             'Twelve soy tea lights in reusable tins.',                                              1200,  990, 120),
    (  6, 1, 'Candles',      'Rosemary Travel Tin',         'A candle that fits a coat pocket.',                                                    1400, 1400,  35),
    (  7, 1, 'Candles',      'Winter Trio',                 'Orange, clove and pine: three small jars in a box.',                                   4500, 3900,  18),
    (  8, 1, 'Diffusers',    'Reed Diffuser, Linen',        'Clean linen and a little salt. Lasts three months.',                                   3200, 3200,  28),
    (  9, 1, 'Diffusers',    'Reed Diffuser, Vetiver',      'Earth, root and citrus peel.',                                                         3200, 2700,  26),
    ( 10, 1, 'Diffusers',    'Ceramic Oil Burner',          'Stoneware burner with a matt white glaze.',                                            2600, 2600,  20),
    ( 11, 1, 'Diffusers',    'Lavender Oil 10 ml',          'Steam-distilled in small batches.',                                                    1300, 1100,  90),
    ( 12, 1, 'Diffusers',    'Room Mist, Cardamom',         'Two sprays freshen a room for the evening.',                                           1800, 1800,   0),
    ( 13, 1, 'Home Textiles','Waffle Throw',                'Cotton throw in a deep waffle weave, 130 x 180 cm.',                                   6900, 5900,  15),
    ( 14, 1, 'Home Textiles','Linen Napkins, Set of Four',  'Washed linen that gets better every year.',                                            3600, 3600,  33),
    ( 15, 1, 'Home Textiles','Striped Tea Towel',           'Half linen, half cotton, dries properly.',                                             1400, 1200,  70),
    ( 16, 1, 'Home Textiles','Wool Cushion Cover',          'Undyed wool, 50 x 50 cm, with a zip.',                                                 4200, 4200,  22),
    ( 17, 1, 'Accessories',  'Wick Trimmer',                'Keeps a flame clean and a jar free of soot.',                                          1500, 1500,  48),
    ( 18, 1, 'Accessories',  'Brass Snuffer',               'Puts a candle out without a trail of smoke.',                                          1900, 1700,  31),
    ( 19, 1, 'Accessories',  'Long Matches',                'Eighty matches, 10 cm, in a glass bottle with a striker.',                              900,  900, 110),
    ( 20, 1, 'Accessories',  'Candle Care Kit',             'Trimmer, snuffer and dipper in one box.',                                              4400, 3700,  12),
    ( 21, 2, 'Fiction',      'The River Has Two Names',     'A family saga along the Hooghly, told by its ferrymen.',                              49900, 39900,  40),
    ( 22, 2, 'Fiction',      'Monsoon Ledger',              'An accountant in Kochi finds a debt nobody remembers.',                               39900, 34900,  36),
    ( 23, 2, 'Fiction',      'A House on Wheels',           'Six travellers, one bus, eleven states.',                                             34900, 34900,  25),
    ( 24, 2, 'Fiction',      'Salt and Indigo',             'Two dyers, two villages, one strike.',                                                45000, 38250,  19),
    ( 25, 2, 'Fiction',      'The Last Telegram',           'A post office closes and its letters come home.',                                     29900, 29900,  52),
    ( 26, 2, 'Fiction',      'Nights of the Lamp Bazaar',   'Linked stories from one market street.',                                              37500, 29900,  44),
    ( 27, 2, 'Poetry',       'Quiet Weather',               'Sixty short poems about rain.',                                                       25000, 25000,  30),
    ( 28, 2, 'Poetry',       'Selected Ghazals',            'A bilingual edition with notes.',                                                     42000, 36900,  17),
    ( 29, 2, 'Poetry',       'Kite String',                 'Poems for children and their teachers.',                                              19900, 17900,  63),
    ( 30, 2, 'Poetry',       'The Well and the Bucket',     'Devotional verse in a new translation.',                                              32000, 32000,   9),
    ( 31, 2, 'Cookery',      'A Pot of Dal',                'Eighty dals from every corner of the map.',                                           59900, 49900,  38),
    ( 32, 2, 'Cookery',      'Pickle Season',               'How to keep a summer in a jar.',                                                      45000, 45000,  27),
    ( 33, 2, 'Cookery',      'Street Breakfasts',           'What a country eats before nine.',                                                    52500, 44900,  21),
    ( 34, 2, 'Cookery',      'The Spice Drawer',            'Forty spices, how they grow and how they cook.',                                      64900, 55900,  14),
    ( 35, 2, 'Children',     'The Elephant Who Counted',    'Numbers to twenty with a very patient elephant.',                                     24900, 19900,  75),
    ( 36, 2, 'Children',     'Meera Builds a Boat',         'A picture book about wood, water and stubbornness.',                                  27500, 27500,  48),
    ( 37, 2, 'Children',     'Where Do Trains Sleep?',      'A bedtime book for people who like engines.',                                         22500, 19900,  58),
    ( 38, 2, 'Stationery',   'Handmade Notebook A5',        'Cotton-rag paper, hand stitched, 160 pages.',                                         35000, 29900,  85),
    ( 39, 2, 'Stationery',   'Brass Bookmark',              'Cut in the shape of a neem leaf.',                                                    15000, 15000,  95),
    ( 40, 2, 'Stationery',   'Fountain Pen, Teal',          'A smooth medium nib in a resin body.',                                                89900, 79900,  11),
    ( 41, 3, 'Bicycles',     'Harbor City Bike',            'Seven gears, a chain guard and a rack that carries groceries.',                       64900, 59900,   8),
    ( 42, 3, 'Bicycles',     'Ridge Trail Bike',            'Hardtail with 120 mm of travel and sensible tyres.',                                 119900,109900,   5),
    ( 43, 3, 'Bicycles',     'Ferry Folding Bike',          'Folds in fifteen seconds, weighs 11 kg.',                                             74900, 74900,   6),
    ( 44, 3, 'Bicycles',     'Sparrow Kids Bike 16',        'Light enough for the child, strong enough for the kerb.',                             24900, 21900,  12),
    ( 45, 3, 'Safety',       'Commuter Helmet',             'Low, round and well ventilated, with a light at the back.',                            7900,  6900,  40),
    ( 46, 3, 'Safety',       'Front Light 600',             'Six hundred lumens, USB-C, and a beam that spares the others.',                        5500,  4900,  36),
    ( 47, 3, 'Safety',       'Rear Light Blip',             'Brightens when you brake.',                                                            2900,  2900,  64),
    ( 48, 3, 'Safety',       'U-Lock 14 mm',                'Hardened steel and two keys.',                                                         5900,  5200,  30),
    ( 49, 3, 'Safety',       'Reflective Sash',             'Weighs nothing, shines at 200 metres.',                                                1200,  1200,  88),
    ( 50, 3, 'Components',   'Puncture-Proof Tyre 28"',     'A belt of aramid under the tread.',                                                    4200,  3700,  44),
    ( 51, 3, 'Components',   'Brass Bell',                  'One clear note.',                                                                      1800,  1800,  72),
    ( 52, 3, 'Components',   'Cork Grips',                  'Warm in winter, dry in summer.',                                                       2400,  2100,  50),
    ( 53, 3, 'Components',   'Leather Saddle',              'Needs a month, then lasts twenty years.',                                              9900,  9900,  10),
    ( 54, 3, 'Components',   'Chain, 8-Speed',              'Nickel plated, with a quick link.',                                                    2200,  1900,  38),
    ( 55, 3, 'Bags',         'Roll-Top Pannier 20 L',       'Welded seams; the rain stays outside.',                                                7800,  6900,  24),
    ( 56, 3, 'Bags',         'Bar Bag',                     'Snacks, map and camera within reach.',                                                 4400,  4400,  20),
    ( 57, 3, 'Bags',         'Saddle Pouch',                'A tube, two levers and a multitool fit.',                                              2100,  1800,  46),
    ( 58, 3, 'Tools',        'Multitool 17',                'Seventeen functions, none of them silly.',                                             3300,  2900,  52),
    ( 59, 3, 'Tools',        'Floor Pump',                  'Steel barrel, honest gauge.',                                                          5200,  4600,  18),
    ( 60, 3, 'Tools',        'Tubeless Plug Kit',           'Five plugs and the patience to use them.',                                             1900,  1900,   3),
    ( 61, 4, 'House Plants', 'Monstera Deliciosa',          'A young plant with its first split leaf, 40 cm.',                                      3900,  3400,  26),
    ( 62, 4, 'House Plants', 'Snake Plant',                 'Forgives everything but too much water.',                                              2900,  2900,  34),
    ( 63, 4, 'House Plants', 'Pilea Peperomioides',         'Round leaves, quick company.',                                                         1900,  1700,  41),
    ( 64, 4, 'House Plants', 'Boston Fern',                 'For bathrooms with a window.',                                                         2400,  2400,  16),
    ( 65, 4, 'House Plants', 'String of Hearts',            'Trails a metre in a good year.',                                                       2200,  1900,  22),
    ( 66, 4, 'House Plants', 'Rubber Tree',                 'Dark leaves, straight back, 60 cm.',                                                   4500,  4500,   9),
    ( 67, 4, 'Herbs',        'Basil, Genovese',             'A pot to cut from all summer.',                                                         700,   600, 140),
    ( 68, 4, 'Herbs',        'Mint, Moroccan',              'Keep it in a pot or it keeps you.',                                                     700,   700,  95),
    ( 69, 4, 'Herbs',        'Rosemary Bush',               'Evergreen, fragrant, good for roasts.',                                                1100,   950,  60),
    ( 70, 4, 'Herbs',        'Thai Chilli',                 'Small fruit, long memory.',                                                             900,   900,  47),
    ( 71, 4, 'Seeds',        'Wildflower Meadow Mix',       'Twenty native species for five square metres.',                                         800,   650, 200),
    ( 72, 4, 'Seeds',        'Heirloom Tomato Set',         'Six old varieties, ten seeds each.',                                                   1200,  1200, 150),
    ( 73, 4, 'Seeds',        'Salad All Year',              'Sow a row every three weeks.',                                                          900,   750, 170),
    ( 74, 4, 'Seeds',        'Giant Sunflower',             'Measure it against the door frame.',                                                    500,   500, 210),
    ( 75, 4, 'Pots',         'Terracotta Pot 14 cm',        'Fired clay with a saucer.',                                                            1200,  1200,  90),
    ( 76, 4, 'Pots',         'Terracotta Pot 22 cm',        'The next size, for the plant that liked the first.',                                   2100,  1900,  58),
    ( 77, 4, 'Pots',         'Self-Watering Planter',       'A reservoir for two weeks away.',                                                      3400,  2900,  27),
    ( 78, 4, 'Garden Tools', 'Hand Trowel',                 'Forged head, ash handle.',                                                             1800,  1800,  43),
    ( 79, 4, 'Garden Tools', 'Bypass Secateurs',            'A clean cut up to 18 mm.',                                                             3900,  3400,  29),
    ( 80, 4, 'Garden Tools', 'Copper Watering Can 1 L',     'A long spout for crowded shelves.',                                                    5400,  5400,   4),
    ( 81, 5, 'Coffee Beans', 'Ethiopia Guji, Washed',       'Jasmine, apricot, black tea. Roasted every Tuesday.',                                  1900,  1900,  90),
    ( 82, 5, 'Coffee Beans', 'Colombia Huila',              'Red apple and panela. An everyday filter.',                                            1700,  1500, 110),
    ( 83, 5, 'Coffee Beans', 'House Espresso',              'Chocolate first, cherry after.',                                                       1600,  1600, 140),
    ( 84, 5, 'Coffee Beans', 'Decaf, Sugarcane Process',    'Sweet, round and ready at ten in the evening.',                                        1800,  1600,  65),
    ( 85, 5, 'Coffee Beans', 'Kenya Nyeri AA',              'Blackcurrant and grapefruit, loudly.',                                                 2200,  2200,  30),
    ( 86, 5, 'Coffee Beans', 'Sumatra Mandheling',          'Cedar, cocoa, low acidity.',                                                           1800,  1800,  45),
    ( 87, 5, 'Brewers',      'Pour-Over Cone',              'Porcelain cone for one or two cups.',                                                  2900,  2500,  40),
    ( 88, 5, 'Brewers',      'French Press 1 L',            'Double-walled steel; the last cup is still warm.',                                     5900,  5200,  23),
    ( 89, 5, 'Brewers',      'Cold Brew Jug',               'Fill at night, pour in the morning.',                                                  3400,  3400,  19),
    ( 90, 5, 'Brewers',      'Moka Pot, 3 Cups',            'The sound every kitchen should know.',                                                 3600,  3100,  32),
    ( 91, 5, 'Brewers',      'Travel Press',                'Brew and drink from the same cup.',                                                    3200,  3200,   0),
    ( 92, 5, 'Grinders',     'Hand Grinder',                'Steel burrs, thirty clicks, no batteries.',                                            8900,  7900,  14),
    ( 93, 5, 'Grinders',     'Electric Grinder',            'Forty millimetre burrs and a timer.',                                                 18900, 16900,   7),
    ( 94, 5, 'Grinders',     'Grinder Brush',               'Horsehair, for the corners.',                                                          1100,  1100,  60),
    ( 95, 5, 'Cups',         'Cappuccino Cup',              'Thick-walled porcelain, 180 ml.',                                                      1600,  1600,  75),
    ( 96, 5, 'Cups',         'Espresso Glass Pair',         'Two tempered glasses, 80 ml.',                                                         1500,  1300,  68),
    ( 97, 5, 'Cups',         'Keep Cup 340 ml',             'A lid that stays shut in a bag.',                                                      2600,  2200,  49),
    ( 98, 5, 'Supplies',     'Paper Filters, 100',          'Oxygen bleached, rinse once.',                                                          800,   800, 260),
    ( 99, 5, 'Supplies',     'Gooseneck Kettle',            'Pours where you look.',                                                                6900,  6200,  17),
    (100, 5, 'Supplies',     'Brewing Scale',               'A tenth of a gram and a timer.',                                                       4900,  4400,  25),
    (101, 6, 'Tableware',    'Dinner Plate, Oat',           'Stoneware, 27 cm, thrown on the wheel.',                                               3400,  3400,  48),
    (102, 6, 'Tableware',    'Breakfast Bowl',              'Deep enough for soup, light enough for one hand.',                                     2600,  2300,  56),
    (103, 6, 'Tableware',    'Serving Platter',             'An oval of 38 cm for the middle of the table.',                                        6800,  5900,  11),
    (104, 6, 'Tableware',    'Salt Cellar',                 'A pinch pot with a wooden lid.',                                                       1900,  1900,  29),
    (105, 6, 'Tableware',    'Butter Dish',                 'Keeps butter soft and the cat out.',                                                   3600,  3200,  13),
    (106, 6, 'Mugs',         'Tall Mug, Speckle',           'Holds 350 ml and stays warm.',                                                         2800,  2400,  64),
    (107, 6, 'Mugs',         'Thumb Mug',                   'A dent where the thumb goes.',                                                         3000,  3000,  38),
    (108, 6, 'Mugs',         'Espresso Cup, Ink',           'Dipped in cobalt, 70 ml.',                                                             1700,  1500,  52),
    (109, 6, 'Mugs',         'Travel Tumbler',              'Stoneware with a silicone lid.',                                                       3200,  3200,  20),
    (110, 6, 'Vases',        'Bud Vase',                    'For one stem.',                                                                        2200,  1900,  45),
    (111, 6, 'Vases',        'Moon Vase',                   'Round as its name, 22 cm.',                                                            7400,  6500,   8),
    (112, 6, 'Vases',        'Wall Vase',                   'Hangs on one nail.',                                                                   2900,  2900,  24),
    (113, 6, 'Vases',        'Ikebana Dish',                'With a brass pin holder.',                                                             5800,  5200,   9),
    (114, 6, 'Planters',     'Footed Planter',              'Three feet, one drainage hole, no drama.',                                             4400,  3900,  18),
    (115, 6, 'Planters',     'Hanging Planter',             'Comes with a leather cord.',                                                           4800,  4800,  15),
    (116, 6, 'Planters',     'Saucer Set',                  'Three sizes, one glaze.',                                                              2400,  2100,  30),
    (117, 6, 'Classes',      'Gift Card: Wheel Class',      'One evening at the wheel, clay and firing included.',                                  6500,  6500,  40),
    (118, 6, 'Classes',      'Gift Card: Family Sunday',    'Two adults, two children, one mess.',                                                 11000,  9900,  20),
    (119, 6, 'Studio',       'Stoneware Clay 10 kg',        'Smooth body, cone 6.',                                                                 2600,  2600,  70),
    (120, 6, 'Studio',       'Trimming Tool Set',           'Five loops of spring steel.',                                                          3100,  2700,   2)
) as listed (number, store_number, category, name, description, mrp_amount, price_amount, on_hand);

-- A product and its variants are written by one statement, because a product needs at least one.
with
-- Up to two choices for some of them. `price_factors` scales the price by the first choice: a kilo costs more than a bag.
choices (number, name_1, values_1, price_factors, name_2, values_2) as (
  values
    ( 13, 'Colour', array['Oat', 'Sage', 'Slate'],            array[1, 1, 1],          null,     array[null]),
    ( 16, 'Colour', array['Ecru', 'Charcoal'],                array[1, 1],             null,     array[null]),
    ( 38, 'Ruling', array['Plain', 'Lined', 'Dotted'],        array[1, 1, 1],          null,     array[null]),
    ( 41, 'Frame',  array['S', 'M', 'L'],                     array[1, 1, 1],          'Colour', array['Harbor Blue', 'Brick']),
    ( 42, 'Frame',  array['M', 'L'],                          array[1, 1],             null,     array[null]),
    ( 45, 'Size',   array['S', 'M', 'L'],                     array[1, 1, 1],          'Colour', array['White', 'Black']),
    ( 75, 'Pack',   array['One', 'Three'],                    array[1, 2.8],           null,     array[null]),
    ( 81, 'Bag',    array['250 g', '1 kg'],                   array[1, 3.6],           'Grind',  array['Whole bean', 'Filter', 'Espresso']),
    ( 82, 'Bag',    array['250 g', '1 kg'],                   array[1, 3.6],           'Grind',  array['Whole bean', 'Filter', 'Espresso']),
    ( 83, 'Bag',    array['250 g', '1 kg'],                   array[1, 3.6],           'Grind',  array['Whole bean', 'Espresso']),
    ( 84, 'Bag',    array['250 g', '1 kg'],                   array[1, 3.6],           'Grind',  array['Whole bean', 'Filter']),
    (101, 'Glaze',  array['Oat', 'Ink', 'Celadon'],           array[1, 1, 1.1],        null,     array[null]),
    (106, 'Glaze',  array['Speckle', 'Ink'],                  array[1, 1],             null,     array[null])
),
products_with_ids as (
  select
    listed.*,
    ('5eed0003-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid as id,
    stores.id as store_id,
    stores.currency,
    stores.order_prefix,
    categories.id as category_id
  from listed
  join public.stores on stores.id = ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid
  join public.categories on categories.name = listed.category
),
variants as (
  select
    products_with_ids.id as product_id,
    row_number() over (partition by products_with_ids.id order by first.position, second.position) - 1 as position,
    array_remove(array[first.value, second.value], null) as option_values,
    round(products_with_ids.mrp_amount * coalesce(first.price_factor, 1))::bigint as mrp_amount,
    round(products_with_ids.price_amount * coalesce(first.price_factor, 1))::bigint as price_amount
  from products_with_ids
  left join choices using (number)
  left join unnest(choices.values_1, choices.price_factors) with ordinality as first (value, price_factor, position) on true
  left join unnest(choices.values_2) with ordinality as second (value, position) on true
),
created_products as (
  insert into public.products (id, store_id, category_id, name, slug, description, status, currency, published_at, created_at)
  select
    id, store_id, category_id, name, private.slugify(name), description, 'active', currency,
    now() - interval '70 days' + number * interval '8 hours', now() - interval '70 days' + number * interval '8 hours'
  from products_with_ids
),
created_options as (
  insert into public.product_options (product_id, store_id, name, option_values, position)
  select products_with_ids.id, products_with_ids.store_id, option.name, option.option_values, option.position
  from products_with_ids
  join choices using (number)
  cross join lateral (
    values (choices.name_1, choices.values_1, 0::smallint), (choices.name_2, choices.values_2, 1::smallint)
  ) as option (name, option_values, position)
  where option.name is not null
),
created_media as (
  insert into public.product_media (product_id, store_id, path, alt)
  select id, store_id, store_id || '/seed/' || lpad(number::text, 3, '0') || '.png', name
  from products_with_ids
)
insert into public.product_variants (
  id, product_id, store_id, sku, title, option_values, mrp_amount, price_amount, currency, position
)
select
  ('5eed0004-0000-7000-8000-' || lpad((products_with_ids.number * 100 + variants.position)::text, 12, '0'))::uuid,
  products_with_ids.id, products_with_ids.store_id,
  format('%s-%s-%s', products_with_ids.order_prefix, lpad(products_with_ids.number::text, 3, '0'), variants.position + 1),
  coalesce(nullif(array_to_string(variants.option_values, ' / '), ''), 'Default'),
  variants.option_values, variants.mrp_amount, variants.price_amount, products_with_ids.currency, variants.position
from products_with_ids
join variants on variants.product_id = products_with_ids.id;

-- Opening stock: a move in the ledger and the sum beside it, as every change of stock.
with opening as (
  insert into public.stock_moves (variant_id, store_id, quantity, reason, created_at)
  select
    product_variants.id, product_variants.store_id,
    ceil(listed.on_hand::numeric / count(*) over (partition by product_variants.product_id))::integer,
    'initial', product_variants.created_at
  from listed
  join public.product_variants
    on product_variants.product_id = ('5eed0003-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid
  where listed.on_hand > 0
  returning stock_moves.variant_id, stock_moves.quantity
)
update public.stock_levels
set on_hand = opening.quantity,
  low_stock_threshold = 3
from opening
where stock_levels.variant_id = opening.variant_id;

drop table listed;
