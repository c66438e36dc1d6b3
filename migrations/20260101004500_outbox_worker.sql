-- The worker's side of the outbox. What a letter says is put together here, when it is sent, out of what cannot change any
-- more and the facts that its row kept of the moment.
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

create function private.postal_address(address jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'name', address ->> 'recipient_name', 'line1', address ->> 'line1', 'line2', address ->> 'line2', 'city', address ->> 'city',
    'region', address ->> 'region', 'postal_code', address ->> 'postal_code', 'country', address ->> 'country_code'
  );
end;
$$;
comment on function private.postal_address(jsonb) is 'An address as letters take it.';

create function private.outbox_order(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'store', private.outbox_store(orders.store_id),
      'order', jsonb_build_object(
        'id', orders.id, 'number', orders.reference, 'is_pickup', orders.shipping_kind is not distinct from 'pickup',
        'placed_at', orders.created_at, 'currency', orders.currency, 'subtotal', orders.subtotal_amount,
        'discount', orders.discount_amount, 'shipping', orders.shipping_amount, 'tax', orders.tax_amount,
        'included_tax', orders.included_tax_amount, 'total', orders.total_amount, 'payment_method', orders.payment_method
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
      'address', case
        when orders.shipping_address is not null then private.postal_address(orders.shipping_address)
        when orders.shipping_kind = 'pickup'
          then private.postal_address(to_jsonb(stores) || jsonb_build_object('recipient_name', stores.name))
      end,
      'customer', jsonb_build_object('name', orders.customer_name)
    )
    from public.orders
    join public.stores on stores.id = orders.store_id
    where orders.id = outbox_order.order_id
  );
end;
$$;
comment on function private.outbox_order(uuid) is 'What a letter says about an order when it was confirmed.';

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
          'order', jsonb_build_object(
            'id', orders.id, 'number', payload ->> 'number', 'status', payload ->> 'status',
            'is_pickup', orders.shipping_kind is not distinct from 'pickup'
          ),
          'tracking', payload -> 'tracking',
          'cancelled', (payload -> 'cancelled') || jsonb_build_object('currency', orders.currency)
        )
        from public.orders
        where orders.id = (payload ->> 'order_id')::uuid
      );
    when 'refund' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(refunds.store_id),
          'order', case when orders.id is not null then jsonb_build_object('id', orders.id, 'number', orders.reference) end,
          'refund', jsonb_build_object(
            'amount', refunds.amount, 'currency', refunds.currency, 'status', payload ->> 'status',
            'is_cash', payload -> 'is_cash', 'note', payload ->> 'note'
          )
        )
        from public.refunds
        left join public.orders on orders.id = refunds.order_id
        where refunds.id = (payload ->> 'refund_id')::uuid
      );
    when 'payment_failed', 'payment_refunded_late' then
      return (
        select payload || jsonb_build_object(
          'amount', checkouts.total_amount, 'currency', checkouts.currency,
          'time_zone', (
            select stores.time_zone from public.orders
            join public.stores on stores.id = orders.store_id
            where orders.checkout_id = checkouts.id
            order by orders.id
            limit 1
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
          'on_hand', payload -> 'on_hand',
          'threshold', payload -> 'threshold'
        )
        from public.product_variants
        join public.products on products.id = product_variants.product_id
        where product_variants.id = (payload ->> 'variant_id')::uuid
          -- Sold out again, or off sale, before the mail went out: there is nothing to come back for.
          and (template = 'low_stock' or (products.is_listed and product_variants.is_active and product_variants.is_in_stock))
      );
    when 'invitation' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(store_invitations.store_id),
          'role', store_invitations.role,
          'token', private.invitation_link_token(store_invitations.id),
          'inviter', (select profiles.full_name from public.profiles where profiles.id = store_invitations.invited_by),
          'expires_at', store_invitations.expires_at
        )
        from public.store_invitations
        where store_invitations.id = (payload ->> 'invitation_id')::uuid
          and store_invitations.accepted_at is null
          and store_invitations.expires_at > now()
      );
    when 'abandoned_cart' then
      return (
        select jsonb_build_object(
          'store', null,
          'lines', jsonb_agg(jsonb_build_object('name', products.name, 'quantity', cart_items.quantity) order by cart_items.created_at)
        )
        from public.carts
        join public.cart_items on cart_items.cart_id = carts.id
        join public.product_variants on product_variants.id = cart_items.variant_id
        join public.products on products.id = product_variants.product_id
        where carts.id = (payload ->> 'cart_id')::uuid and carts.status = 'active'
        -- Emptied or ordered by now: there is nothing to remind of.
        having count(*) > 0
      );
    else
      return payload || jsonb_build_object('store', private.outbox_store(store_id));
  end case;
end;
$$;
comment on function private.outbox_data(text, jsonb, uuid) is
  'What the letter of this template and payload says; null when what it offers is over, or what it is about is gone.';

create function private.claim_outbox(max_rows integer, lease_seconds integer)
returns table (
  id uuid, template text, channel text, recipient text, reply_to text, locale text, data jsonb, attempt integer
)
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
declare
  v_most_texts integer := (select settings.order_texts_per_phone_and_day from private.settings);
begin
  return query
  with due as (
    select outbox.id
    from private.outbox
    where outbox.status = 'pending'
      and outbox.run_at <= now()
      and (outbox.leased_until is null or outbox.leased_until <= now())
    order by outbox.run_at, outbox.id
    limit least(greatest(max_rows, 1), 200)
    for update skip locked
  ),
  addressed as (
    select
      due.id,
      case
        when outbox.recipient is not null then outbox.recipient
        when outbox.user_id is not null then profiles.email
        else coalesce(stores.email, owners.email)
      end as email,
      case when outbox.recipient is null then coalesce(profiles.phone, owners.phone) end as phone,
      coalesce(profiles.locale, owners.locale, 'en') as locale
    from due
    join private.outbox on outbox.id = due.id
    left join public.profiles on profiles.id = outbox.user_id
    left join public.stores on stores.id = outbox.store_id and outbox.user_id is null
    left join public.profiles as owners on owners.id = stores.owner_id
  ),
  routed as (
    select
      addressed.*,
      case when addressed.email is null and addressed.phone is not null then 'sms' else 'email' end as channel,
      case
        when addressed.email is not null then addressed.email
        -- Texts cost money: what one phone can cost within a day is bounded.
        when v_most_texts >= row_number() over (
          partition by addressed.email is null, addressed.phone order by addressed.id
        ) + (
          select count(*) from private.outbox as others
          where others.channel = 'sms'
            and others.reached = addressed.phone
            and others.status <> 'skipped'
            and others.created_at > now() - interval '1 day'
            and others.id <> addressed.id
        ) then addressed.phone
      end as recipient
    from addressed
  ),
  claimed as (
    update private.outbox
    set leased_until = now() + make_interval(secs => least(greatest(lease_seconds, 1), 3600)),
      channel = routed.channel,
      reached = routed.recipient
    from routed
    where outbox.id = routed.id
    returning outbox.*
  )
  select
    claimed.id,
    claimed.template,
    claimed.channel,
    claimed.reached,
    case when claimed.user_id is not null then content.data -> 'store' ->> 'contact_email' end,
    routed.locale,
    content.data,
    claimed.attempts + 1
  from claimed
  join routed on routed.id = claimed.id
  cross join lateral (select private.outbox_data(claimed.template, claimed.payload, claimed.store_id) as data) as content
  order by claimed.run_at, claimed.id;
end;
$$;
comment on function private.claim_outbox(integer, integer) is 'See public.claim_outbox.';
grant execute on function private.claim_outbox(integer, integer) to service_role;

create function public.claim_outbox(max_rows integer default 20, lease_seconds integer default 60)
returns table (
  id uuid, template text, channel text, recipient text, reply_to text, locale text, data jsonb, attempt integer
)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.claim_outbox(claim_outbox.max_rows, claim_outbox.lease_seconds); $$;
comment on function public.claim_outbox(integer, integer) is
  'Service only. Takes due messages, oldest first, for lease_seconds; a worker that dies gives them back by itself. '
  'channel: email, or sms to people who have no address. recipient null: nobody to write to.';
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
comment on function public.mark_outbox_sent(uuid, text) is
  'Service only. The provider took this message; repeating it changes nothing.';
grant execute on function public.mark_outbox_sent(uuid, text) to service_role;

create function private.mark_outbox_skipped(id uuid, reason text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  update private.outbox
  set status = 'skipped', leased_until = null, last_error = left(reason, 1000)
  where outbox.id = mark_outbox_skipped.id and outbox.status = 'pending';
end;
$$;
comment on function private.mark_outbox_skipped(uuid, text) is 'See public.mark_outbox_skipped.';
grant execute on function private.mark_outbox_skipped(uuid, text) to service_role;

create function public.mark_outbox_skipped(id uuid, reason text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_outbox_skipped(mark_outbox_skipped.id, mark_outbox_skipped.reason); $$;
comment on function public.mark_outbox_skipped(uuid, text) is
  'Service only. This message was not sent and need not be: nobody to write to, or nothing left to say. Repeating '
  'it changes nothing.';
grant execute on function public.mark_outbox_skipped(uuid, text) to service_role;

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
      'outbox_dead', format('Message %s (%s) could not be delivered: %s', v_message.id, v_message.template, v_message.last_error),
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
  'Service only. The message did not go out: tried again after a growing pause, or given up for good (permanent, '
  'or the tenth time) with an alert.';
grant execute on function public.mark_outbox_failed(uuid, text, boolean) to service_role;
