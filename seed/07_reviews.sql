-- Some three hundred reviews, by sixty more customers who received what they speak of. Their orders lie weeks back and
-- are written as sets, past the triggers that would tell people of them today; the stars are counted as ever, by the
-- trigger of reviews. What is by chance is drawn from hashes: every seed is the same.
create temporary table readers on commit drop as
select
  number,
  ('5eed0001-0000-7000-8000-' || lpad((100 + number)::text, 12, '0'))::uuid as id,
  'reader' || number || '@marketbase.example' as email,
  (array['Ana', 'Ben', 'Chloe', 'Dev', 'Elif', 'Farah', 'Gus', 'Hana', 'Ivo', 'June', 'Kofi', 'Lena'])[1 + number % 12]
    || ' '
    || (array['Novak', 'Okafor', 'Patel', 'Quinn', 'Rossi', 'Sato', 'Tran', 'Ueda', 'Vega', 'Weiss'])[1 + number % 10]
    as full_name
from generate_series(1, 60) as number;
insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, confirmation_token, recovery_token, email_change_token_new, email_change
)
select
  '00000000-0000-0000-0000-000000000000', readers.id, 'authenticated', 'authenticated', readers.email,
  password.hash, now() - interval '80 days', '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('full_name', readers.full_name), now() - interval '80 days', now() - interval '80 days', '', '', '', ''
from readers
cross join (select extensions.crypt('marketbase1', extensions.gen_salt('bf')) as hash) as password;
insert into auth.identities (provider_id, user_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
select readers.id::text, readers.id, 'email', jsonb_build_object('sub', readers.id, 'email', readers.email), now(),
  now() - interval '80 days', now() - interval '80 days'
from readers;

-- Two orders each, at two stores, of two things: a few things are bought by many.
create temporary table bought on commit drop as
select
  drawn.*,
  -- An id of that moment: time in front, then chance.
  (left(private.first_id_at(drawn.placed_at)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid as id
from (
  select
    readers.id as customer_id, readers.full_name, readers.email, readers.number * 2 + round.number as item, stores.id as store_id,
    stores.currency, stores.order_prefix,
    (row_number() over (order by readers.number, round.number))::integer as position,
    now() - make_interval(hours => 24 * (12 + (hashint4(readers.number * 7 + round.number) & 31))) as placed_at,
    array[
      20 * (store.number - 1) + 1 + floor(20 * power((hashint4(readers.number * 13 + round.number) & 1023) / 1024.0, 2))::integer,
      20 * (store.number - 1) + 1
        + (7 + floor(20 * power((hashint4(readers.number * 17 + round.number) & 1023) / 1024.0, 3))::integer) % 20
    ] as product_numbers
  from readers
  cross join (values (0), (1)) as round (number)
  cross join lateral (select 1 + (readers.number + 2 * round.number + readers.number / 6) % 6 as number) as store
  join public.stores on stores.id = ('5eed0002-0000-7000-8000-' || lpad(store.number::text, 12, '0'))::uuid
) as drawn;
create temporary table bought_lines on commit drop as
select distinct on (bought.id, products.id)
  bought.id as order_id, bought.item, bought.store_id, bought.customer_id, bought.full_name, bought.placed_at, bought.currency,
  products.id as product_id, products.name, variants.id as variant_id, variants.title, variants.sku, variants.mrp_amount,
  variants.price_amount, (left(bought.id::text, 15) || substr(gen_random_uuid()::text, 16))::uuid as id
from bought
cross join unnest(bought.product_numbers) as number
join public.products on products.id = ('5eed0003-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid
cross join lateral (
  select * from public.product_variants
  where product_variants.product_id = products.id and product_variants.is_active
  order by product_variants.position limit 1
) as variants;

insert into public.checkouts (id, user_id, payment_method, status, currency, total_amount, created_at, updated_at)
select bought.id, bought.customer_id, 'cash_on_delivery', 'confirmed', bought.currency, sums.amount, bought.placed_at,
  bought.placed_at
from bought
join (select order_id, sum(price_amount) as amount from bought_lines group by order_id) as sums on sums.order_id = bought.id;

alter table public.orders disable trigger _900_record_placed;
insert into public.orders (
  id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method, currency, item_count,
  subtotal_amount, discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount, shipping_method_name,
  shipping_kind, customer_name, customer_email, created_at, updated_at, confirmed_at, shipped_at, delivered_at, received_at
)
select
  bought.id, bought.id, bought.store_id, bought.customer_id, numbered.number, bought.order_prefix || numbered.number,
  'received', 'paid', 'cash_on_delivery', bought.currency, sums.lines, sums.amount, 0, 0, 0, 0, sums.amount, 'Pick up', 'pickup',
  bought.full_name, bought.email, bought.placed_at, bought.placed_at, bought.placed_at,
  bought.placed_at + interval '1 day', bought.placed_at + interval '3 days', bought.placed_at + interval '4 days'
from bought
join (
  select order_id, sum(price_amount) as amount, count(*) as lines from bought_lines group by order_id
) as sums on sums.order_id = bought.id
join (
  select bought.id,
    coalesce(order_numbers.last_number, 0) + row_number() over (partition by bought.store_id order by bought.id) as number
  from bought
  left join private.order_numbers on order_numbers.store_id = bought.store_id
) as numbered on numbered.id = bought.id;
alter table public.orders enable trigger _900_record_placed;
insert into private.order_numbers (store_id, last_number)
select bought.store_id, max(orders.number)
from bought
join public.orders on orders.id = bought.id
group by bought.store_id
on conflict (store_id) do update set last_number = excluded.last_number;
insert into public.order_lines (
  id, order_id, store_id, customer_id, position, product_id, variant_id, product_name, variant_title, sku, quantity,
  mrp_amount, list_amount, unit_price_amount, subtotal_amount, total_amount, created_at
)
select
  id, order_id, store_id, customer_id, row_number() over (partition by order_id order by id) - 1, product_id, variant_id, name, title,
  sku, 1, mrp_amount, price_amount, price_amount, price_amount, price_amount, placed_at
from bought_lines;
insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, from_status, to_status, created_at, id)
select
  bought.id, bought.store_id, bought.customer_id, bought.customer_id, 'status', step.from_status, step.to_status,
  bought.placed_at + step.later,
  (left(private.first_id_at(bought.placed_at + step.later)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid
from bought
cross join (
  values
    (interval '0', null, 'confirmed'), ('12 hours', 'confirmed', 'processing'), ('1 day', 'processing', 'shipped'),
    ('3 days', 'shipped', 'delivered'), ('4 days', 'delivered', 'received')
) as step (later, from_status, to_status);
insert into public.payments (
  checkout_id, order_id, user_id, provider, status, currency, amount, captured_amount, created_at, updated_at
)
select orders.checkout_id, orders.id, orders.customer_id, 'cash', 'succeeded', orders.currency, orders.total_amount,
  orders.total_amount, orders.delivered_at, orders.delivered_at
from public.orders
join bought on bought.id = orders.id;
select private.post_sales(array(select id from bought));
-- What was sold had come in for it.
insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, created_at)
select variant_id, store_id, move.quantity, move.reason, case move.reason when 'sale' then order_id end, placed_at
from bought_lines
cross join (values (1, 'received'), (-1, 'sale')) as move (quantity, reason);

-- What they say. Every thing has a quality of its own, and every reader a temper.
create temporary table said on commit drop as
select
  spoken.*,
  case
    when spoken.die < 58 then 5 when spoken.die < 80 then 4 when spoken.die < 90 then 3 when spoken.die < 95 then 2 else 1
  end as rating
from (
  select
    lines.id as order_line_id, lines.store_id, 'product' as subject_type, lines.product_id as subject_id,
    lines.customer_id, lines.full_name, lines.placed_at, lines.item,
    greatest(
      (hashint4(lines.item * 31 + right(lines.product_id::text, 4)::integer) & 1023) % 100
        + (right(lines.product_id::text, 4)::integer % 5 - 2) * 9,
      0
    ) as die
  from bought_lines as lines
  union all
  (
    select distinct on (lines.customer_id)
      lines.id, lines.store_id, 'store', lines.store_id, lines.customer_id, lines.full_name, lines.placed_at, lines.item,
      (hashint4(lines.item * 37) & 1023) % 100
    from bought_lines as lines
    order by lines.customer_id, lines.id
  )
) as spoken;
insert into public.reviews (
  id, store_id, subject_type, subject_id, author_id, author_name, order_line_id, rating, body, created_at
)
select distinct on (said.subject_type, said.subject_id, said.customer_id)
  (left(private.first_id_at(moment.at)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid,
  said.store_id, said.subject_type, said.subject_id, said.customer_id, private.public_name(said.full_name),
  said.order_line_id, said.rating,
  (
    case said.rating
      when 5 then array[
        'Exactly as described, and it arrived well packed. I would buy it again.', 'Better than I had hoped for.', '',
        'A present for my sister, who now wants another one.', 'Lovely. Worth every cent.', 'Three weeks in and still delighted.'
      ]
      when 4 then array[
        'Good quality; the colour is a little darker than in the picture.', 'Does what it should. Delivery took its time.', '',
        'Very nice, though the box had a dent.', 'I like it. A little smaller than I thought.'
      ]
      when 3 then array[
        'It is all right. I had expected more for the price.', 'Fine, but the instructions are hard to follow.', ''
      ]
      when 2 then array['Not what I had ordered it for, and the finish is rough.', 'It works, but only just.']
      else array['It arrived broken.', 'It stopped working after a week.']
    end
  )[1 + (hashint4(said.item * 41 + said.die) & 1023) % (array[2, 2, 3, 5, 6])[said.rating]],
  moment.at
from said
cross join lateral (
  select said.placed_at + interval '4 days' + make_interval(hours => (hashint4(said.item * 43 + said.die) & 127)) as at
) as moment
order by said.subject_type, said.subject_id, said.customer_id, said.order_line_id;

-- The store answers most of those who were not content; readers find some reviews helpful.
insert into public.review_replies (review_id, store_id, author_id, body, created_at)
select reviews.id, reviews.store_id, stores.owner_id,
  'We are sorry to hear that, and have written to you: we would like to make it good.', reviews.created_at + interval '1 day'
from public.reviews
join public.stores on stores.id = reviews.store_id
where reviews.rating <= 3 and (hashint4(reviews.rating + right(reviews.author_id::text, 3)::integer) & 3) > 0;
insert into public.review_votes (review_id, voter_id, value)
select reviews.id, readers.id, case when (hashint4(readers.number + reviews.rating) & 7) = 0 then -1 else 1 end
from public.reviews
join readers on readers.id <> reviews.author_id and readers.number <= 12
where reviews.body <> '' and (hashint4(readers.number * 47 + right(reviews.author_id::text, 3)::integer) & 7) = 0;

-- One waits to be looked at, and one was hidden.
do $$
declare
  v_reviews uuid[] := array(select reviews.id from public.reviews where reviews.rating = 1 order by reviews.id limit 2);
begin
  insert into public.review_reports (review_id, reporter_id, item_id, reason, note)
  select v_reviews[1], readers.id, private.open_moderation_item(v_reviews[1], 'reported'), 'false', 'Mine was fine.'
  from readers
  join public.reviews on reviews.id = v_reviews[1] and reviews.author_id <> readers.id
  where readers.number <= 3;
  perform set_config(
    'request.jwt.claims', '{"role": "authenticated", "sub": "5eed0001-0000-7000-8000-000000000001"}', true
  );
  perform public.moderate_review(
    v_reviews[2], 'hide', 'No threats (2.3)', 'The author threatened the store in the text that stood here before.'
  );
  perform set_config('request.jwt.claims', '', true);
  update private.outbox set status = 'sent', provider_id = 'seed' where outbox.status = 'pending';
  update public.notifications set read_at = now() where notifications.read_at is null;
end
$$;
