-- What entitles to a review: a delivered line of the caller, not ordered while they worked for the store, and not too
-- long ago. The latest counts, because it has most time left.
create or replace function private.find_purchase(
  subject_type text, subject_id uuid, out store_id uuid, out order_line_id uuid, out order_id uuid,
  out is_listed boolean
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_is_member_order boolean;
  v_delivered_at timestamptz;
begin
  case find_purchase.subject_type
    when 'product' then
      select products.store_id, products.is_listed into store_id, is_listed
      from public.products
      where products.id = find_purchase.subject_id;
    when 'store' then
      select stores.id, stores.status = 'active' into store_id, is_listed
      from public.stores
      where stores.id = find_purchase.subject_id;
    else
      raise sqlstate 'PT422' using
        message = 'A product or a store is reviewed.', detail = 'invalid_subject', hint = 'product or store';
  end case;
  perform private.refuse_store_member(store_id);

  select
    order_lines.id, orders.id, orders.delivered_at,
    exists (
      select
      from private.former_members
      where former_members.user_id = v_user_id
        and former_members.store_id = orders.store_id
        and orders.created_at between former_members.joined_at and former_members.left_at
    ) as is_member_order
  into order_line_id, order_id, v_delivered_at, v_is_member_order
  from public.orders
  join public.order_lines on order_lines.order_id = orders.id
  where orders.customer_id = v_user_id
    and orders.store_id = find_purchase.store_id
    and orders.status in ('delivered', 'received')
    and (find_purchase.subject_type = 'store' or order_lines.product_id = find_purchase.subject_id)
  order by is_member_order, orders.delivered_at desc, order_lines.id
  limit 1;
  if order_line_id is null and is_listed is not true then
    if find_purchase.subject_type = 'store' then
      raise sqlstate 'PT404' using
        message = 'That store does not exist.', detail = 'store_not_found';
    end if;
    raise sqlstate 'PT404' using
      message = 'That product does not exist.', detail = 'product_not_found';
  end if;
  if order_line_id is null then
    raise sqlstate 'PT403' using
      message = 'Only who received it may review it.', detail = 'purchase_required';
  end if;
  if v_is_member_order then
    raise sqlstate 'PT403' using
      message = 'It was ordered while you worked for the store.', detail = 'own_store';
  end if;
  if now() > v_delivered_at + (select make_interval(hours => 24 * settings.review_days) from private.settings) then
    raise sqlstate 'PT409' using
      message = 'The time to review it is over.', detail = 'review_locked';
  end if;
end;
$$;
comment on function private.find_purchase(text, uuid) is
  'The purchase by which the caller may review a product or store. Errors: invalid_subject, product_not_found, '
  'store_not_found, purchase_required, own_store, review_locked.';
