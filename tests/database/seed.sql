-- The demo marketplace is what seed/README.md says, and its books add up.
begin;
set local search_path = public, extensions;
select plan(26);

select is((select count(*) from stores where status = 'active'), 6::bigint, 'the sample has six active stores');
select is(
  (select array_agg(distinct currency || ' ' || time_zone order by currency || ' ' || time_zone) from stores),
  array['INR Asia/Kolkata', 'USD America/New_York'], 'the sample has stores of two currencies and time zones'
);
select is(
  (select count(*) from products where is_listed), 120::bigint, 'the sample has a hundred and twenty listed products'
);
select is(
  (
    select count(*)
    from products
    where not exists (select from product_media where product_media.product_id = products.id)
  ),
  0::bigint, 'every product of the sample has a picture'
);
select cmp_ok(
  (select count(*) from product_variants where option_values <> '{}'), '>', 40::bigint,
  'some products of the sample have variants'
);
select isnt_empty(
  'select 1 from discounts where is_active and starts_at < now() and ends_at > now()',
  'the sample has discounts in force'
);
select isnt_empty('select 1 from coupons where ends_at > now()', 'the sample has coupons to try');
select is(
  (select count(*) from orders where customer_email not like 'reader%'),
  40::bigint, 'the sample has forty orders in every status'
);
select ok((select count(*) between 270 and 330 from reviews), 'the sample has about three hundred reviews');
select ok(
  (
    select stars_5 > stars_4 and stars_4 > stars_3 and stars_3 > stars_2 and stars_1 > 0
    from (
      select sum(stars_1) as stars_1, sum(stars_2) as stars_2, sum(stars_3) as stars_3, sum(stars_4) as stars_4,
        sum(stars_5) as stars_5
      from rating_totals
    ) as bars
  ),
  'most reviews of the sample are content, and some are not'
);
select is(
  (select count(*) from rating_totals where subject_type = 'store' and rating_count > 0), 6::bigint,
  'every store of the sample is reviewed'
);
select ok(
  (select count(*) > 40 from products where rating_average is not null),
  'a good part of the sample''s products is reviewed'
);
select is(
  (select count(*) from moderation_items where closed_at is null), 1::bigint,
  'one review of the sample waits to be looked at'
);
select is(
  (select array_agg(distinct status order by status) from orders),
  array[
    'cancelled', 'confirmed', 'delivered', 'pending', 'processing', 'received', 'shipped'
  ], 'the sample has orders in every status'
);
select is(
  (select array_agg(distinct payment_status order by payment_status) from orders),
  array['paid', 'partially_refunded', 'refunded', 'unpaid'], 'the sample has orders in every state of their payment'
);
select cmp_ok(
  (select min(expires_at) from checkouts where status = 'pending'), '>', now() + interval '1 day',
  'orders of the sample that wait for a payment still wait tomorrow'
);
select cmp_ok(
  (select max(created_at) - min(created_at) from orders), '>', interval '45 days',
  'the orders of the sample are spread over two months'
);
select is(
  (select count(*) from public.conversations where last_seq > 0), 6::bigint, 'the sample has six conversations'
);
select is(
  (
    select string_agg((customer_count - store_read_count) || ' ' || (store_count - customer_read_count), ', ')
    from (select * from public.conversations order by last_message_at desc limit 2) as newest
  ),
  '2 0, 0 2', 'the latest conversations of the sample wait for an answer, and to be read'
);
select is(
  (
    select count(distinct stores.time_zone) || ' ' || count(*)
    from services join stores on stores.id = services.store_id
    where services.status = 'active'
  ),
  '2 4', 'the sample offers four services in shops of two time zones'
);
select is(
  (select array_agg(distinct status order by status) from bookings),
  array['cancelled', 'completed', 'confirmed', 'declined', 'expired', 'held', 'no_show', 'requested'],
  'the sample has appointments in every status'
);
select is_empty($$select 1 from private.outbox where status = 'pending'$$, 'nobody is mailed about the sample');
select is_empty('select * from private.check_invariants()', 'no invariant of the books is violated by the sample');
select isnt_empty(
  $$select 1 from transfers where status = 'made'$$, 'the sample has sales that were sent to their stores'
);
select isnt_empty(
  $$select 1 from private.ledger_accounts where kind = 'store' and balance > 0$$, 'the sample has a store that owes'
);
select isnt_empty(
  $$select 1 from private.earnings where held_amount > 0$$, 'the sample has a sale that is held by a dispute'
);
select * from finish();
rollback;
