-- The worker's side of the outbox. What a mail says is read here, when it is sent: the row holds ids.
create function private.outbox_store(store_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'name', stores.name, 'link', stores.slug, 'time_zone', stores.time_zone, 'contact_email', stores.email
    )
    from public.stores
    where stores.id = outbox_store.store_id
  );
end;
$$;
comment on function private.outbox_store(uuid) is 'What every mail says about a store.';

create function private.outbox_order(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'store', private.outbox_store(orders.store_id),
      'order', jsonb_build_object(
        'id', orders.id, 'number', coalesce(orders.reference, orders.id::text), 'status', orders.status, 'placed_at', orders.created_at,
        'currency', orders.currency, 'subtotal', orders.subtotal_amount, 'discount', orders.discount_amount,
        'shipping', orders.shipping_amount, 'tax', orders.tax_amount, 'total', orders.total_amount,
        'payment_method', orders.payment_method
      ),
      'lines', (
        select jsonb_agg(
          jsonb_build_object(
            'name', order_lines.product_name, 'variant', order_lines.variant_title, 'quantity', order_lines.quantity,
            'unit_price', order_lines.unit_price_amount, 'total', order_lines.subtotal_amount
          )
          order by order_lines.position
        )
        from public.order_lines
        where order_lines.order_id = orders.id
      ),
      'address', case when orders.shipping_address is not null then jsonb_build_object(
        'name', orders.shipping_address ->> 'recipient_name', 'line1', orders.shipping_address ->> 'line1',
        'line2', orders.shipping_address ->> 'line2', 'city', orders.shipping_address ->> 'city',
        'region', orders.shipping_address ->> 'region', 'postal_code', orders.shipping_address ->> 'postal_code',
        'country', orders.shipping_address ->> 'country_code'
      ) end,
      'customer', jsonb_build_object('name', orders.customer_name)
    )
    from public.orders
    where orders.id = outbox_order.order_id
  );
end;
$$;
comment on function private.outbox_order(uuid) is 'What a mail says about an order.';

create function private.outbox_data(template text, payload jsonb, store_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  case template
    when 'order_confirmed', 'order_placed_store' then
      return private.outbox_order((payload ->> 'order_id')::uuid);
    when 'order_status' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(orders.store_id),
          -- The status that this mail is about; the order may have gone on since.
          'order', jsonb_build_object(
            'id', orders.id, 'number', coalesce(orders.reference, orders.id::text),
            'status', coalesce(payload ->> 'status', orders.status)
          ),
          'tracking', (
            select jsonb_build_object('carrier', shipments.carrier, 'number', shipments.tracking_number, 'url', shipments.tracking_url)
            from public.shipments
            where shipments.order_id = orders.id
            order by shipments.id desc
            limit 1
          )
        )
        from public.orders
        where orders.id = (payload ->> 'order_id')::uuid
      );
    when 'refund' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(refunds.store_id),
          'order', jsonb_build_object('id', orders.id, 'number', coalesce(orders.reference, orders.id::text)),
          'refund', jsonb_build_object('amount', refunds.amount, 'currency', refunds.currency, 'status', refunds.status)
        )
        from public.refunds
        join public.orders on orders.id = refunds.order_id
        where refunds.id = (payload ->> 'refund_id')::uuid
      );
    when 'payment_failed', 'payment_refunded_late' then
      return (
        select jsonb_build_object(
          'checkout_id', checkouts.id, 'amount', checkouts.total_amount, 'currency', checkouts.currency,
          'reason', (
            select payments.failure_message from public.payments
            where payments.checkout_id = checkouts.id and payments.order_id is null
          )
        )
        from public.checkouts
        where checkouts.id = (payload ->> 'checkout_id')::uuid
      );
    when 'low_stock', 'back_in_stock' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(products.store_id),
          'product', jsonb_build_object(
            'name', products.name, 'slug', products.slug,
            'variant', case when product_variants.option_values <> '{}' then product_variants.title end,
            'sku', product_variants.sku, 'price', product_variants.price_amount, 'currency', product_variants.currency
          ),
          'on_hand', stock_levels.on_hand - stock_levels.reserved,
          'threshold', stock_levels.low_stock_threshold
        )
        from public.product_variants
        join public.products on products.id = product_variants.product_id
        join public.stock_levels on stock_levels.variant_id = product_variants.id
        where product_variants.id = (payload ->> 'variant_id')::uuid
      );
    when 'invitation' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(store_invitations.store_id),
          'role', store_invitations.role,
          'token', private.invitation_token(store_invitations.id),
          'inviter', (select profiles.full_name from public.profiles where profiles.id = store_invitations.invited_by),
          'expires_at', store_invitations.expires_at
        )
        from public.store_invitations
        where store_invitations.id = (payload ->> 'invitation_id')::uuid
      );
    when 'abandoned_cart' then
      return (
        select jsonb_build_object(
          'store', null,
          'lines', jsonb_agg(jsonb_build_object('name', products.name, 'quantity', cart_items.quantity) order by cart_items.created_at)
        )
        from public.cart_items
        join public.product_variants on product_variants.id = cart_items.variant_id
        join public.products on products.id = product_variants.product_id
        where cart_items.cart_id = (payload ->> 'cart_id')::uuid
      );
    else
      return payload || jsonb_build_object('store', private.outbox_store(store_id));
  end case;
end;
$$;
comment on function private.outbox_data(text, jsonb, uuid) is 'What the mail of this template and payload says, as it is now; null when what it is about is gone.';

create function private.claim_outbox(max_rows integer, lease_seconds integer)
returns table (id uuid, template text, recipient text, reply_to text, locale text, data jsonb, attempt integer)
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  return query
  with due as (
    select outbox.id
    from private.outbox
    where outbox.status = 'pending'
      and outbox.channel = 'email'
      and outbox.run_at <= now()
      and (outbox.leased_until is null or outbox.leased_until <= now())
    order by outbox.run_at, outbox.id
    limit least(greatest(max_rows, 1), 200)
    for update skip locked
  ),
  claimed as (
    update private.outbox
    set leased_until = now() + make_interval(secs => least(greatest(lease_seconds, 1), 3600))
    from due
    where outbox.id = due.id
    returning outbox.*
  )
  select
    claimed.id,
    claimed.template,
    case
      when claimed.recipient is not null then claimed.recipient
      when claimed.user_id is not null then profiles.email
      else coalesce(stores.email, owners.email)
    end,
    case when claimed.user_id is not null then content.data -> 'store' ->> 'contact_email' end,
    coalesce(profiles.locale, owners.locale, 'en'),
    content.data,
    claimed.attempts + 1
  from claimed
  left join public.profiles on profiles.id = claimed.user_id
  left join public.stores on stores.id = claimed.store_id
  left join public.profiles as owners on owners.id = stores.owner_id
  cross join lateral (select private.outbox_data(claimed.template, claimed.payload, claimed.store_id) as data) as content
  order by claimed.run_at, claimed.id;
end;
$$;
comment on function private.claim_outbox(integer, integer) is 'See public.claim_outbox.';
grant execute on function private.claim_outbox(integer, integer) to service_role;

create function public.claim_outbox(max_rows integer default 20, lease_seconds integer default 60)
returns table (id uuid, template text, recipient text, reply_to text, locale text, data jsonb, attempt integer)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.claim_outbox(claim_outbox.max_rows, claim_outbox.lease_seconds); $$;
comment on function public.claim_outbox(integer, integer) is
  'Service only. Takes due mails, oldest first, for lease_seconds; a worker that dies gives them back by itself. recipient null: nobody to write to.';
grant execute on function public.claim_outbox(integer, integer) to service_role;

create function private.mark_outbox_sent(id uuid, provider_id text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  update private.outbox
  set status = 'sent', sent_at = now(), leased_until = null, last_error = null, provider_id = mark_outbox_sent.provider_id
  where outbox.id = mark_outbox_sent.id and outbox.status <> 'sent';
end;
$$;
comment on function private.mark_outbox_sent(uuid, text) is 'See public.mark_outbox_sent.';
grant execute on function private.mark_outbox_sent(uuid, text) to service_role;

create function public.mark_outbox_sent(id uuid, provider_id text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_outbox_sent(mark_outbox_sent.id, mark_outbox_sent.provider_id); $$;
comment on function public.mark_outbox_sent(uuid, text) is 'Service only. The provider took this mail; repeating it changes nothing.';
grant execute on function public.mark_outbox_sent(uuid, text) to service_role;

create function private.mark_outbox_failed(id uuid, error text, permanent boolean) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
declare
  v_message private.outbox;
begin
  update private.outbox
  set attempts = outbox.attempts + 1,
    leased_until = null,
    last_error = left(error, 1000),
    status = case when permanent or outbox.attempts + 1 >= 10 then 'dead' else 'pending' end,
    run_at = now()
      + least(interval '30 seconds' * power(2, outbox.attempts), interval '1 hour') * (0.75 + random() * 0.5)
  where outbox.id = mark_outbox_failed.id and outbox.status = 'pending'
  returning * into v_message;
  -- A dead alert must not raise the next alert.
  if v_message.status = 'dead' and v_message.template <> 'alert' then
    perform private.raise_alert(
      'outbox_dead', format('Mail %s (%s) could not be delivered: %s', v_message.id, v_message.template, v_message.last_error),
      jsonb_build_object('outbox_id', v_message.id)
    );
  end if;
end;
$$;
comment on function private.mark_outbox_failed(uuid, text, boolean) is 'See public.mark_outbox_failed.';
grant execute on function private.mark_outbox_failed(uuid, text, boolean) to service_role;

create function public.mark_outbox_failed(id uuid, error text, permanent boolean default false) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_outbox_failed(mark_outbox_failed.id, mark_outbox_failed.error, mark_outbox_failed.permanent); $$;
comment on function public.mark_outbox_failed(uuid, text, boolean) is
  'Service only. The mail did not go out: tried again after a growing pause, or given up for good (permanent, or the tenth time) with an alert.';
grant execute on function public.mark_outbox_failed(uuid, text, boolean) to service_role;
