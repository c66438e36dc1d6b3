-- Days have passed since the letter was queued: what came back, was reviewed meanwhile or may not be reviewed any more
-- is not asked about, nor is somebody who has joined the store.
create or replace function private.review_request(received jsonb) returns jsonb
language plpgsql stable
security definer -- reads orders, bookings and reviews of others
set search_path = ''
as $$
begin
  if review_request.received ? 'booking_id' then
    return (
      select jsonb_build_object(
        'store', private.outbox_store(bookings.store_id),
        'appointment', jsonb_build_object('id', bookings.id, 'service', bookings.service_name)
      )
      from public.bookings
      cross join private.settings
      where bookings.id = (review_request.received ->> 'booking_id')::uuid
        and bookings.status = 'completed'
        and bookings.completed_at >= now() - make_interval(hours => 24 * settings.review_days)
        and not exists (
          select
          from public.reviews
          where reviews.author_id = bookings.customer_id
            and reviews.subject_type = 'service'
            and reviews.subject_id = bookings.service_id
        )
        and not exists (
          select
          from public.store_members
          where store_members.store_id = bookings.store_id and store_members.user_id = bookings.customer_id
        )
    );
  end if;
  return (
    select jsonb_build_object(
      'store', private.outbox_store(orders.store_id),
      'order', jsonb_build_object('id', orders.id, 'number', review_request.received ->> 'number'),
      'products', jsonb_agg(distinct order_lines.product_name)
    )
    from public.orders
    cross join private.settings
    join public.order_lines on order_lines.order_id = orders.id
    where orders.id = (review_request.received ->> 'order_id')::uuid
      and orders.delivered_at >= now() - make_interval(hours => 24 * settings.review_days)
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
comment on function private.review_request(jsonb) is
  'What the letter that asks for reviews of an order ({order_id, number}) or an appointment ({booking_id}) says; null '
  'when there is nothing to ask any more.';
