-- Reviews and what they add up to: who may write one, what counts, and that every sequence of writes leaves the totals
-- exact in the same transaction.
begin;
set local search_path = public, extensions;
select plan(83);
-- include: actors, orders, reviews

-- Somebody received an apple, so that there is a line to speak of.
select pg_temp.receive('customer', 'apple');
select pg_temp.name_value('line', (select id::text from order_lines order by id limit 1));

-- The sort by rating.
create function pg_temp.product(name text) returns uuid
language plpgsql
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into products (id, store_id, category_id, name, slug, status, currency)
  select v_id, 'b1000000-0000-4000-8000-000000000001', id, 'Zrated ' || product.name, 'zrated-' || lower(product.name),
    'active', 'USD'
  from categories where slug = 'orders-things';
  insert into product_variants (product_id, store_id, mrp_amount, price_amount, currency)
  values (v_id, 'b1000000-0000-4000-8000-000000000001', 100, 100, 'USD');
  return v_id;
end;
$$;
set constraints all deferred;
create temporary table rated as
select name, pg_temp.product(name) as id from unnest(array['P', 'Q', 'R', 'S', 'T']) as name;
set constraints all immediate;
select pg_temp.rate(rated.id, lot.rating, lot.number)
from rated
join (
  values ('P', 5, 1), ('Q', 5, 430), ('Q', 4, 50), ('Q', 3, 12), ('Q', 2, 6), ('Q', 1, 2), ('R', 5, 3), ('T', 4, 20)
) as lot (name, rating, number) using (name);
select is(
  pg_temp.totals((select id from rated where name = 'Q')), '500 2400 4.80 {2 6 12 50 430}',
  'five hundred reviews are counted by stars'
);
select is(
  string_agg(rated.name || ' ' || coalesce(products.rating_average::text, 'null'), ', ' order by rated.name),
  'P 5.00, Q 4.80, R 5.00, S null, T 4.00', 'the average that is shown is the plain one, and null without a review'
)
from rated join products on products.id = rated.id;
select is(
  string_agg(rated.name || ' ' || products.rating_score, ', ' order by rated.name),
  'P 4.2381, Q 4.7769, R 4.3043, S 0.0000, T 4.1000', 'the score draws a product with few reviews to the ordinary'
)
from rated join products on products.id = rated.id;
select is(private.rating_score(0, 0), 4.2000, 'the score of nothing is that of the ordinary');
select is(
  (
    select string_agg(right(item ->> 'name', 1), ' ' order by position)
    from jsonb_array_elements(search_products('zrated', sort => 'rating') -> 'items')
      with ordinality as list (item, position)
  ),
  'Q R P T S', 'by rating, five hundred reviews at 4.8 come before a single five, and unrated products last'
);
select is(
  (
    with recursive pages as (
      select search_products('zrated', sort => 'rating', page_size => 1) as page, 1 as number
      union all
      select search_products('zrated', sort => 'rating', page_size => 1, cursor => page ->> 'next_cursor'), number + 1
      from pages where page ->> 'next_cursor' is not null
    )
    select string_agg(right(page -> 'items' -> 0 ->> 'name', 1), ' ' order by number) from pages
  ),
  'Q R P T S', 'the sort by rating goes on from page to page where it was'
);
select is(
  search_products('zrated') #> '{facets,ratings}', '{"1": 4, "2": 4, "3": 4, "4": 4}',
  'the facets count products by their average'
);
select is(
  (
    select jsonb_object_agg(right(item ->> 'name', 1), item -> 'rating_count')
    from jsonb_array_elements(search_products('zrated') -> 'items') as item
  ),
  '{"P": 1, "Q": 500, "R": 3, "S": 0, "T": 20}', 'a card says how many reviews there are'
);
select is(
  get_product((select id from rated where name = 'Q')) -> 'rating_bars', '{"1": 2, "2": 6, "3": 12, "4": 50, "5": 430}',
  'a product''s page has the five bars'
);
select pg_temp.rate((select id from rated where name = 'S'), 5, 250);
select pg_temp.rate((select id from rated where name = 'S'), 4, 1);
select is(
  (select rating_average from products where id = (select id from rated where name = 'S')), 4.99,
  '5.00 says that all agree'
);
set constraints all deferred;
insert into rated values ('U', pg_temp.product('U'));
set constraints all immediate;
select pg_temp.rate((select id from rated where name = 'U'), 1, 250);
select is(
  (select rating_average from products where id = (select id from rated where name = 'U')), 1.00,
  '1.00 is shown when all agree'
);
select pg_temp.rate((select id from rated where name = 'U'), 2, 1);
select is(
  (select rating_average from products where id = (select id from rated where name = 'U')), 1.01,
  '1.00 says that all agree'
);
update private.settings set rating_prior_count = 0;
select is(private.rescore_products(2), 2, 'new weights are worked into products some at a time');
select private.rescore_products();
select is(
  (select rating_score from products where id = (select id from rated where name = 'Q')), 4.8000,
  'new weights change the score of every rated product'
);
select is(private.rescore_products(), 0, 'once every product has its score, the job has nothing to do');
update private.settings set rating_prior_count = 20;
select private.rescore_products();

-- Who may write.
select is(pg_temp.review('visitor', 'apple product', '5'), 'PT401 not_signed_in', 'a visitor writes no review');
select is(
  pg_temp.review('c1', 'apple product', '5'), 'PT403 purchase_required', 'who did not buy a product does not review it'
);
select pg_temp.receive('c1', 'berry');
select is(
  pg_temp.review('c1', 'apple product', '5'), 'PT403 purchase_required',
  'who received another product does not review this one'
);
select is(
  pg_temp.attempt('c1', 'select public.submit_review(''store'', {ritas}, ''5'')'), 'PT403 purchase_required',
  'who bought elsewhere does not review this store'
);
select pg_temp.attempt('c2', 'select public.add_to_cart({apple})');
select pg_temp.ask(
  'confirmed', 'c2', 'public.checkout(''r2'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select is(
  pg_temp.review('c2', 'apple product', '5'), 'PT403 purchase_required', 'who waits for the parcel does not review yet'
);
select is(
  pg_temp.attempt('c1', 'select public.submit_review(''product'', gen_random_uuid(), ''5'')'),
  'PT404 product_not_found', 'what does not exist is not reviewed'
);
select is(
  pg_temp.attempt('c1', 'select public.submit_review(''basket'', {olgas}, ''5'')'), 'PT422 invalid_subject',
  'only products, stores and services are reviewed'
);
select is(
  pg_temp.attempt('owner', 'select public.submit_review(''product'', {apple product}, ''5'')'), 'PT403 own_store',
  'an owner does not review what the store sells'
);
select is(
  pg_temp.attempt('staff', 'select public.submit_review(''store'', {olgas}, ''5'')'), 'PT403 own_store',
  'staff do not review their store'
);

-- What a rating is.
select is(
  pg_temp.review('c1', 'berry product', wrong.rating), 'PT400 invalid_rating',
  'a rating is a whole number from 1 to 5, and not ' || coalesce(wrong.rating, 'SQL null')
)
from (values (null), ('null'), ('0'), ('6'), ('4.5'), ('"5"'), ('"NaN"'), ('-1'), ('true'), ('[5]'), ('5.0'))
  as wrong (rating);
select is(
  pg_temp.totals('b2000000-0000-4000-8000-000000000002'), '0 0 null {0 0 0 0 0}', 'what was refused counts nowhere'
);
select is(
  pg_temp.review('c1', 'berry product', '5', format(', %L', repeat('a', 5001))), 'PT422 invalid_text',
  'a review has at most 5000 characters'
);
select is(
  pg_temp.review('c1', 'berry product', '5', ', media => array[''x/y.png'']'), 'PT422 invalid_media',
  'a photo that was not uploaded for the review is refused'
);

-- Stars after any sequence of writes.
select pg_temp.name_value('r', pg_temp.review('c1', 'berry product', '3', ', '' <b>Fine</b>'' || chr(8238)'));
select is(
  (select (body, author_name, status)::text from reviews where id::text = (select value from ids where name = 'r')),
  '(<b>Fine</b>,"Cleo N.",visible)',
  'a text is kept as typed, without characters that turn its direction, under a short name'
);
select is(
  pg_temp.review('c1', 'berry product', '4'), 'PT409 review_exists', 'one person reviews one product once'
);
select pg_temp.attempt('c1', 'select public.update_review({r}, ''5'')');
select is(
  pg_temp.totals('b2000000-0000-4000-8000-000000000002'), '1 5 5.00 {0 0 0 0 1}', 'changed stars count at once'
);
select pg_temp.name_value('before', xmin::text || ctid)
from rating_totals where subject_id = 'b2000000-0000-4000-8000-000000000002';
select pg_temp.attempt('c1', 'select public.update_review({r}, body => ''Good'')');
select is(
  (select xmin::text || ctid from rating_totals where subject_id = 'b2000000-0000-4000-8000-000000000002'),
  (select value from ids where name = 'before'), 'a changed text leaves the totals untouched'
);
select pg_temp.receive('c' || number, 'berry') from generate_series(3, 4) as number;
select pg_temp.name_value('r3', pg_temp.review('c3', 'berry product', '5'));
select pg_temp.name_value('r4', pg_temp.review('c4', 'berry product', '2'));
select is(
  pg_temp.totals('b2000000-0000-4000-8000-000000000002'), '3 12 4.00 {0 1 0 0 2}', 'three reviews make an average'
);
select is(
  pg_temp.attempt('c1', 'select public.delete_review({r4})'), 'PT403 not_your_review', 'a review is its author''s'
);
select is(
  pg_temp.attempt('c1', 'select public.update_review({r4}, ''1'')'), 'PT403 not_your_review',
  'nobody changes a foreign review'
);
select pg_temp.attempt('c4', 'select public.delete_review({r4})');
select is(
  pg_temp.totals('b2000000-0000-4000-8000-000000000002'), '2 10 5.00 {0 0 0 0 2}', 'a deleted review counts no more'
);
select pg_temp.attempt('c1', 'select public.delete_review({r})');
select pg_temp.attempt('c3', 'select public.delete_review({r3})');
select is(
  pg_temp.totals('b2000000-0000-4000-8000-000000000002'), '0 0 null {0 0 0 0 0}',
  'after the last review is gone there is no average'
);
select is(
  (select (rating_average, rating_score)::text from products where id = 'b2000000-0000-4000-8000-000000000002'),
  '(,0.0000)', 'a product whose reviews are gone is unrated again'
);
select isnt(
  pg_temp.review('c1', 'berry product', '4'), 'PT409 review_exists', 'who took a review back may write another'
);

-- A retry.
select pg_temp.receive('c5', 'berry');
select pg_temp.ask('first', 'c5',
  'public.submit_review(''product'', {berry product}, ''4'', idempotency_key => ''k'')');
select is(
  pg_temp.ask('again', 'c5', 'public.submit_review(''product'', {berry product}, ''4'', idempotency_key => ''k'')'),
  (select value from answers where name = 'first'), 'a retry with its key answers the review'
);
select is(
  pg_temp.review('c5', 'berry product', '5', ', idempotency_key => ''k'''), 'PT409 idempotency_key_reused',
  'a key is good for one review'
);
select is(
  pg_temp.review('c5', 'berry product', '5', ', idempotency_key => '' '''), 'PT422 invalid_idempotency_key',
  'a key is visible ASCII'
);

-- Time.
select pg_temp.name_value('old', pg_temp.receive('c6', 'berry')::text);
alter table orders disable trigger _200_freeze;
update orders set delivered_at = now() - interval '2400 hours 1 second'
where id::text = (select value from ids where name = 'old');
select is(
  pg_temp.review('c6', 'berry product', '5'), 'PT409 review_locked', 'a hundred days after delivery it is too late'
);
update orders set delivered_at = now() - interval '2400 hours'
  where id::text = (select value from ids where name = 'old');
select pg_temp.name_value('r6', pg_temp.review('c6', 'berry product', '5'));
select isnt((select value from ids where name = 'r6'), 'PT409 review_locked', 'on the hundredth day it is not');
select is(
  pg_temp.attempt('staff', 'select public.reply_to_review({r6}, ''Thanks'')'), 'PT403 store_role_required',
  'staff do not answer for the store'
);
select is(
  pg_temp.attempt('rival', 'select public.reply_to_review({r6}, ''Ha'')'), 'PT403 store_role_required',
  'another store does not answer'
);
select is(pg_temp.attempt('manager', 'select public.reply_to_review({r6}, ''Thanks'')'), '1', 'a manager answers');
select is(
  pg_temp.attempt('owner', 'select public.reply_to_review({r6}, ''More'')'), 'PT409 reply_exists',
  'a store answers once'
);
select is(
  pg_temp.attempt('owner', 'update review_replies set body = '' More '' where review_id = {r6}'), '1',
  'a store changes its answer'
);
update reviews set created_at = now() - interval '720 hours' where id::text = (select value from ids where name = 'r6');
select is(
  pg_temp.attempt('c6', 'select public.update_review({r6}, ''2'')'), '1',
  'an answer does not freeze a review, and on the thirtieth day it may still be changed'
);
select is(
  (
    select (rating, edited_after_reply, review_replies.body, review_replies.edited_at is not null)::text
    from reviews join review_replies on review_replies.review_id = reviews.id
    where id::text = (select value from ids where name = 'r6')
  ),
  '(2,t,More,t)', 'that it was changed after the answer is seen, and the answer stays'
);
update reviews set created_at = now() - interval '720 hours 1 second'
where id::text = (select value from ids where name = 'r6');
select is(
  pg_temp.attempt('c6', 'select public.update_review({r6}, ''5'')'), 'PT409 review_locked',
  'thirty days after writing a review stays as it is'
);
alter table orders enable trigger _200_freeze;

-- People of the store, before and after.
select pg_temp.name_value('c7 order', pg_temp.receive('c7', 'berry')::text), pg_temp.receive('c8', 'berry');
select pg_temp.name_value('r8', pg_temp.review('c8', 'berry product', '5'));
insert into store_members (store_id, user_id, role, created_at)
select 'b1000000-0000-4000-8000-000000000001', user_id, 'staff', now() - interval '1 day' from actors
  where name in ('c7', 'c8');
select is(
  pg_temp.review('c7', 'berry product', '5'), 'PT403 own_store',
  'who works there now does not review, whenever they bought'
);
select is(
  (
    select (reviews.status, moderation_items.causes)::text
    from moderation_items join reviews on reviews.id = moderation_items.review_id
    where reviews.id::text = (select value from ids where name = 'r8')
  ),
  '(visible,{author_joined_store})', 'the review of somebody who joins the store stays, and is looked at'
);
select is(
  pg_temp.attempt('c8', 'select public.update_review({r8}, ''1'')'), 'PT403 own_store',
  'who joined the store does not change what they said of it'
);
delete from store_members where user_id in (select user_id from actors where name in ('c7', 'c8'));
select is(
  pg_temp.review('c7', 'berry product', '5'), 'PT403 own_store',
  'who has left the store does not review what they ordered while they worked there'
);
update private.former_members set left_at = now() - interval '1 hour';
select isnt(
  pg_temp.review('c7', 'berry product', '5'), 'PT403 own_store',
  'who has left the store reviews what they ordered later'
);
update auth.users set phone = '92000000099', phone_confirmed_at = now() where email = 'c9@orders.example';
update profiles set phone = '+92000000099' where email = 'c9@orders.example';
update stores set phone = '+92000000099' where id = 'b1000000-0000-4000-8000-000000000001';
select pg_temp.receive('c9', 'berry');
select pg_temp.name_value('r9', pg_temp.review('c9', 'berry product', '5'));
select is(
  (select causes::text from moderation_items where review_id::text = (select value from ids where name = 'r9')),
  '{shares_phone_with_store}', 'a customer with a phone of the store is not refused, and is looked at'
);

-- Appointments.
set constraints all deferred;
insert into staff (id, store_id, name)
values ('b5000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'Zoe');
insert into services (id, store_id, name, status, currency, duration_minutes)
values ('b6000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'Cut', 'active', 'USD', 60);
insert into booking_sessions (id, store_id, service_id, staff_id, period, busy, capacity, taken, status)
values (
  'b7000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001',
  'b6000000-0000-4000-8000-000000000001', 'b5000000-0000-4000-8000-000000000001',
  tstzrange(now() - interval '2 hours', now() - interval '1 hour'),
  tstzrange(now() - interval '2 hours', now() - interval '1 hour'), 2, 2, 'active'
);
select private.set_busy(staff_id, busy, true) from booking_sessions
where id = 'b7000000-0000-4000-8000-000000000001';
insert into bookings (
  id, session_id, store_id, service_id, staff_id, customer_id, reference, status, starts_at, ends_at, time_zone,
  service_name, staff_name, currency, price_amount, deposit_amount, cancel_minutes, cancel_fee_bps, cancel_free_until,
  confirmed_at
)
select
  ('b8000000-0000-4000-8000-00000000000' || position)::uuid, 'b7000000-0000-4000-8000-000000000001',
  'b1000000-0000-4000-8000-000000000001', 'b6000000-0000-4000-8000-000000000001',
  'b5000000-0000-4000-8000-000000000001', actors.user_id, 'REV' || position, 'confirmed', now() - interval '2 hours',
  now() - interval '1 hour', 'UTC', 'Cut', 'Zoe', 'USD', 0, 0, 0, 0, now() - interval '2 hours', now()
from unnest(array['c11', 'c12']) with ordinality as guest (name, position)
join actors on actors.name = guest.name;
set constraints all immediate;
insert into ids values ('cut', 'b6000000-0000-4000-8000-000000000001');
select is(
  pg_temp.attempt('c11', 'select public.submit_review(''service'', {cut}, ''5'')'), 'PT403 purchase_required',
  'an appointment is reviewed when it is completed, and not before'
);
select pg_temp.attempt('owner', 'select public.complete_booking(''b8000000-0000-4000-8000-000000000001'')');
select is(
  pg_temp.attempt('c11', 'select public.submit_review(''service'', {cut}, ''4'')'), '1',
  'whose appointment is completed reviews the service'
);
select is(
  pg_temp.attempt('c11', 'select public.submit_review(''store'', {olgas}, ''3'')'), '1',
  'whose appointment is completed reviews the store'
);
select is(
  pg_temp.attempt('c11', 'select public.submit_review(''product'', {berry product}, ''3'')'), 'PT403 purchase_required',
  'whose appointment is completed reviews no product of the store'
);
select is(
  pg_temp.attempt('c3', 'select public.submit_review(''service'', {cut}, ''5'')'), 'PT403 purchase_required',
  'who bought a product reviews no service of the store'
);
select is(
  (
    select (service -> 'rating_average', service -> 'rating_count')::text
    from jsonb_array_elements(search_services('Cut', store_id => 'b1000000-0000-4000-8000-000000000001') -> 'services')
      as service
  ),
  '(4.00,1)', 'the card of a service has its average and how many reviews it has'
);
select is(
  jsonb_array_length(list_reviews('service', 'b6000000-0000-4000-8000-000000000001') -> 'items'), 1,
  'a service has a list of reviews'
);
select is(
  get_store_by_link('olgas-of-orders') -> 'rating_bars', '{"1": 0, "2": 0, "3": 1, "4": 0, "5": 0}',
  'a store''s page has the five bars'
);
select is(
  pg_temp.attempt('c11', 'select public.submit_review(''service'', gen_random_uuid(), ''5'')'),
  'PT404 service_not_found',
  'a service that does not exist is not reviewed'
);

-- A flood.
update private.settings set reviews_per_day = 1;
select pg_temp.receive('c10', 'berry'), pg_temp.receive('c10', 'apple');
select pg_temp.review('c10', 'berry product', '5');
select is(
  pg_temp.review('c10', 'apple product', '5'), 'PT429 rate_limited', 'a day has room for so many reviews of one person'
);
update private.daily_uses set began_at = now() - interval '24 hours';
select isnt(pg_temp.review('c10', 'apple product', '5'), 'PT429 rate_limited', 'the next day has room again');
update private.settings set reviews_per_day = 50;

-- An account is deleted.
select pg_temp.attempt('c10', 'select public.vote_review({r9}, 1)');
select is(
  (select helpful_count from reviews where id::text = (select value from ids where name = 'r9')), 1, 'a vote counts'
);
delete from auth.users where email = 'c10@orders.example';
select is(
  (select count(*) from reviews where author_id is null and author_name is null), 2::bigint,
  'a review outlives its author, without the name'
);
select is(
  (select helpful_count from reviews where id::text = (select value from ids where name = 'r9')), 0,
  'the votes of a deleted account count no more'
);
delete from reviews where subject_id in (select id from rated);
select is_empty('select * from private.check_invariants()', 'reviews add up whatever was done');
select * from finish();
rollback;
