create or replace function private.review_request(order_id uuid, number text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'store', private.outbox_store(orders.store_id),
      'order', jsonb_build_object('id', orders.id, 'number', review_request.number),
      'products', jsonb_agg(distinct order_lines.product_name),
      'token', private.review_request_token(orders.customer_id)
    )
    from public.orders
    join public.profiles on profiles.id = orders.customer_id and profiles.wants_review_requests
    cross join private.settings
    join public.order_lines on order_lines.order_id = orders.id
    where orders.id = review_request.order_id
      and orders.delivered_at >= now() - make_interval(hours => 24 * settings.review_days)
      -- What came back is not asked about, nor what was reviewed already, nor who has joined the store.
      and order_lines.refunded_quantity < order_lines.quantity
      and not exists (
        select
        from public.reviews
        where reviews.author_id = orders.customer_id
          and reviews.subject_type = 'product'
          and reviews.subject_id = order_lines.product_id
      )
      and not exists (
        select
        from public.store_members
        where store_members.store_id = orders.store_id and store_members.user_id = orders.customer_id
      )
    group by orders.id
  );
end;
$$;
comment on function private.review_request(uuid, text) is
  'What the letter that asks for reviews of an order says; null when there is nothing to ask any more.';
