-- Sixty more customers, c1 to c60; what they receive, and reviews in bulk. Needs actors and orders.
insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
select ('bc000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid, 'c' || number || '@orders.example', now(),
  jsonb_build_object('full_name', 'Cleo Number' || number)
from generate_series(1, 60) as number;
insert into actors
select 'c' || number, 'authenticated', ('bc000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid
from generate_series(1, 60) as number;
insert into ids values
  ('apple product', 'b2000000-0000-4000-8000-000000000001'), ('berry product', 'b2000000-0000-4000-8000-000000000002'),
  ('cherry product', 'b2000000-0000-4000-8000-000000000003');

-- An actor buys one piece of a variant (a name in ids), and it is delivered. Answers the order's id.
create function pg_temp.receive(actor text, variant text) returns uuid
language plpgsql
as $$
declare
  v_order_id uuid;
  v_answer jsonb;
begin
  update public.stock_levels set on_hand = on_hand + 1
    where variant_id::text = (select value from ids where name = variant);
  insert into public.stock_moves (variant_id, store_id, quantity, reason)
  select variant_id, store_id, 1, 'initial' from public.stock_levels
  where variant_id::text = (select value from ids where name = variant);
  perform pg_temp.attempt(actor, format('select public.add_to_cart({%s})', variant));
  v_answer := pg_temp.ask(
    'received', actor,
    format('public.checkout(%L, ''cash_on_delivery'', shipping_address => {address}::jsonb)', gen_random_uuid())
  );
  v_order_id := (v_answer -> 'orders' -> 0 ->> 'id')::uuid;
  perform public.record_cash_payment(v_order_id);
  perform public.advance_order(v_order_id, 'shipped');
  perform public.advance_order(v_order_id, 'delivered');
  return v_order_id;
end;
$$;
-- An actor reviews a product (a name in ids) with a line that follows: the id, or the error.
create function pg_temp.review(actor text, product text, rating text, more text default '') returns text
language plpgsql
as $$
declare
  v_outcome text := pg_temp.attempt(
    actor, format('select public.submit_review(''product'', {%s}, %L%s)', product, rating, more)
  );
begin
  if v_outcome <> '1' then
    return v_outcome;
  end if;
  return (
    select reviews.id
    from public.reviews
    join actors on actors.user_id = reviews.author_id
    where actors.name = review.actor
    order by reviews.id desc
    limit 1
  );
end;
$$;
-- So many reviews with so many stars, written past the verbs, by people made for them: what is counted is the rows.
create function pg_temp.rate(product_id uuid, rating integer, number integer) returns void
language plpgsql
as $$
begin
  with people as (
    insert into auth.users (id, email, email_confirmed_at)
    select gen_random_uuid(), gen_random_uuid() || '@orders.example', now() from generate_series(1, number)
    returning id
  )
  insert into public.reviews (store_id, subject_type, subject_id, author_id, order_line_id, rating)
  select products.store_id, 'product', products.id, people.id, line.id, rate.rating
  from people
  cross join public.products
  cross join lateral (select order_lines.id from public.order_lines order by order_lines.id limit 1) as line
  where products.id = rate.product_id;
end;
$$;
-- The totals of a product, as "count sum average {bars}".
create function pg_temp.totals(product_id uuid) returns text
language sql
as $$
  select coalesce((
    select format(
      '%s %s %s {%s %s %s %s %s}', rating_count, rating_sum, coalesce(rating_average::text, 'null'), stars_1, stars_2,
      stars_3, stars_4, stars_5
    )
    from public.rating_totals
    where subject_type = 'product' and subject_id = totals.product_id
  ), '0 0 null {0 0 0 0 0}');
$$;
