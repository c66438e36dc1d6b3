-- With whom a store would talk, and whether the caller may bring it up. What the caller cannot see does not exist.
create or replace function private.customer_of_subject(
  store_id uuid, subject_type text, subject_id uuid, side text, user_id uuid
) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_customer_id uuid;
begin
  if customer_of_subject.subject_type in ('order', 'booking') then
    if customer_of_subject.subject_type = 'order' then
      select orders.customer_id into v_customer_id
      from public.orders
      where orders.id = customer_of_subject.subject_id
        and orders.store_id = customer_of_subject.store_id
        and (customer_of_subject.side = 'store' or orders.customer_id = customer_of_subject.user_id);
      if not found then
        raise sqlstate 'PT404' using
          message = 'That order does not exist.', detail = 'order_not_found';
      end if;
    else
      select bookings.customer_id into v_customer_id
      from public.bookings
      where bookings.id = customer_of_subject.subject_id
        and bookings.store_id = customer_of_subject.store_id
        and (customer_of_subject.side = 'store' or bookings.customer_id = customer_of_subject.user_id);
      if not found then
        raise sqlstate 'PT404' using
          message = 'That booking does not exist.', detail = 'booking_not_found';
      end if;
    end if;
    if v_customer_id is null then
      raise sqlstate 'PT409' using
        message = 'The customer has deleted the account.', detail = 'conversation_ended';
    end if;
    if customer_of_subject.side = 'store' and v_customer_id = customer_of_subject.user_id then
      perform private.refuse_own_store();
    end if;
    return v_customer_id;
  end if;

  if customer_of_subject.side = 'store' then
    perform private.refuse_own_store();
  end if;
  if not exists (
    select from public.stores where stores.id = customer_of_subject.store_id and stores.status = 'active'
  ) then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  if customer_of_subject.subject_type = 'product' and not exists (
    select from public.products
    where products.id = customer_of_subject.subject_id
      and products.store_id = customer_of_subject.store_id
      and products.is_listed
  ) then
    raise sqlstate 'PT404' using
      message = 'That product does not exist.', detail = 'product_not_found';
  end if;
  return customer_of_subject.user_id;
end;
$$;
comment on function private.customer_of_subject(uuid, text, uuid, text, uuid) is
  'The customer of a conversation that somebody on this side begins. Errors: order_not_found, booking_not_found, '
  'conversation_ended, own_store, store_not_found, product_not_found.';
