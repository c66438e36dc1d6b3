-- What entitles to a review: a delivered line or a completed appointment of the caller, not ordered while they worked
-- for the store, and not too long ago. The latest counts, because it has most time left.
create or replace function private.find_purchase(
  subject_type text, subject_id uuid, out store_id uuid, out order_line_id uuid, out booking_id uuid, out phones text[]
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_is_listed boolean;
  v_is_member_order boolean;
  v_received_at timestamptz;
begin
  select subject.store_id, subject.is_listed into store_id, v_is_listed
  from private.review_subject(find_purchase.subject_type, find_purchase.subject_id) as subject;
  perform private.refuse_store_member(store_id);

  select
    bought.order_line_id, bought.booking_id, bought.phones, bought.received_at,
    exists (
      select
      from private.former_members
      where former_members.user_id = v_user_id
        and former_members.store_id = find_purchase.store_id
        and bought.placed_at between former_members.joined_at and former_members.left_at
    ) as is_member_order
  into order_line_id, booking_id, phones, v_received_at, v_is_member_order
  from (
    select
      order_lines.id as order_line_id, null::uuid as booking_id, orders.created_at as placed_at,
      orders.delivered_at as received_at, array[orders.customer_phone, orders.shipping_address ->> 'phone'] as phones
    from public.orders
    join public.order_lines on order_lines.order_id = orders.id
    where orders.customer_id = v_user_id
      and orders.store_id = find_purchase.store_id
      and orders.status in ('delivered', 'received')
      and case find_purchase.subject_type
        when 'product' then order_lines.product_id = find_purchase.subject_id
        else find_purchase.subject_type = 'store'
      end
    union all
    select null, bookings.id, bookings.created_at, bookings.completed_at, array[bookings.customer_phone]
    from public.bookings
    where bookings.customer_id = v_user_id
      and bookings.store_id = find_purchase.store_id
      and bookings.status = 'completed'
      and case find_purchase.subject_type
        when 'service' then bookings.service_id = find_purchase.subject_id
        else find_purchase.subject_type = 'store'
      end
  ) as bought
  order by is_member_order, bought.received_at desc, bought.order_line_id, bought.booking_id
  limit 1;
  if not found and v_is_listed is not true then
    perform private.refuse_subject(find_purchase.subject_type);
  end if;
  if v_received_at is null then
    raise sqlstate 'PT403' using
      message = 'Only who received it may review it.', detail = 'purchase_required';
  end if;
  if v_is_member_order then
    raise sqlstate 'PT403' using
      message = 'It was ordered while you worked for the store.', detail = 'own_store';
  end if;
  if now() > v_received_at + (select make_interval(hours => 24 * settings.review_days) from private.settings) then
    raise sqlstate 'PT409' using
      message = 'The time to review it is over.', detail = 'review_locked';
  end if;
end;
$$;
comment on function private.find_purchase(text, uuid) is
  'The purchase by which the caller may review something, and the phones it was made with. Errors: invalid_subject, '
  'product_not_found, store_not_found, service_not_found, purchase_required, own_store, review_locked.';
