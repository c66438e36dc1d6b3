-- What a store sold, by day and currency, straight from the orders: no sums are kept that could drift away from
-- them. Days are those of the store's clock, because its owner compares them with the till.
create or replace function private.sales_summary(store_id uuid, from_date date, to_date date) returns jsonb
language plpgsql stable
security definer -- sums orders that the caller may not page through as a customer
set search_path = ''
as $$
declare
  v_time_zone text := 'UTC';
  v_from_id uuid;
  v_to_id uuid;
begin
  if sales_summary.from_date is null or sales_summary.to_date is null
    or sales_summary.from_date not between '2000-01-01' and '2200-01-01'
    or sales_summary.to_date not between '2000-01-01' and '2200-01-01'
    or sales_summary.to_date < sales_summary.from_date or sales_summary.to_date - sales_summary.from_date > 366 then
    raise sqlstate 'PT422' using
      message = 'A summary covers 1 to 367 days.', detail = 'invalid_period';
  end if;
  if sales_summary.store_id is null then
    perform private.require_operator();
  else
    if not private.is_operator() then
      perform private.require_store_role(sales_summary.store_id, array['owner', 'manager']);
    end if;
    select stores.time_zone into v_time_zone from public.stores where stores.id = sales_summary.store_id;
  end if;

  v_from_id := private.first_id_at(sales_summary.from_date::timestamp at time zone v_time_zone);
  v_to_id := private.first_id_at((sales_summary.to_date + 1)::timestamp at time zone v_time_zone);
  return (
    select jsonb_build_object(
      'from', sales_summary.from_date, 'to', sales_summary.to_date, 'time_zone', v_time_zone,
      'currencies', coalesce(jsonb_agg(total.summary order by total.currency), '[]')
    )
    from (
      select
        day.currency,
        jsonb_build_object(
          'currency', day.currency,
          'orders', sum(day.orders), 'items', sum(day.items), 'subtotal_amount', sum(day.subtotal_amount),
          'discount_amount', sum(day.discount_amount), 'shipping_amount', sum(day.shipping_amount),
          'tax_amount', sum(day.tax_amount), 'total_amount', sum(day.total_amount),
          'refunded_amount', sum(day.refunded_amount),
          'bookings', sum(day.bookings), 'bookings_amount', sum(day.bookings_amount),
          'bookings_refunded_amount', sum(day.bookings_refunded_amount),
          'days', jsonb_agg(
            jsonb_build_object(
              'date', day.date, 'orders', day.orders, 'items', day.items, 'total_amount', day.total_amount,
              'refunded_amount', day.refunded_amount, 'bookings', day.bookings, 'bookings_amount', day.bookings_amount
            )
            order by day.date
          )
        ) as summary
      from (
        select
          sold.currency,
          (sold.created_at at time zone v_time_zone)::date as date,
          count(*) filter (where sold.is_order) as orders,
          count(*) filter (where not sold.is_order) as bookings,
          sum(sold.items) as items,
          sum(sold.subtotal_amount) as subtotal_amount,
          sum(sold.discount_amount) as discount_amount,
          sum(sold.shipping_amount) as shipping_amount,
          sum(sold.tax_amount) as tax_amount,
          coalesce(sum(sold.total_amount) filter (where sold.is_order), 0) as total_amount,
          coalesce(sum(sold.total_amount) filter (where not sold.is_order), 0) as bookings_amount,
          coalesce(sum(sold.refunded_amount) filter (where sold.is_order), 0) as refunded_amount,
          coalesce(sum(sold.refunded_amount) filter (where not sold.is_order), 0) as bookings_refunded_amount
        from (
          select
            true as is_order, orders.currency, orders.created_at, orders.item_count as items, orders.subtotal_amount,
            orders.discount_amount, orders.shipping_amount, orders.tax_amount, orders.total_amount,
            orders.refunded_amount
          from public.orders
          where (sales_summary.store_id is null or orders.store_id = sales_summary.store_id)
            and orders.status not in ('pending', 'cancelled')
            -- Ids are time-ordered, so the primary key (or store_id, id) finds the period.
            and orders.id >= v_from_id
            and orders.id < v_to_id
          union all
          -- Of appointments, what was paid here; a late cancellation leaves its fee.
          select false, bookings.currency, bookings.created_at, 0, 0, 0, 0, 0, bookings.paid_amount,
          bookings.refunded_amount
          from public.bookings
          where (sales_summary.store_id is null or bookings.store_id = sales_summary.store_id)
            and (
              bookings.status in ('requested', 'confirmed', 'completed', 'no_show')
              or bookings.paid_amount > bookings.refunding_amount + bookings.refunded_amount
            )
            and bookings.id >= v_from_id
            and bookings.id < v_to_id
        ) as sold
        group by sold.currency, (sold.created_at at time zone v_time_zone)::date
      ) as day
      group by day.currency
    ) as total
  );
end;
$$;
comment on function private.sales_summary(uuid, date, date) is 'See public.sales_summary.';
grant execute on function private.sales_summary(uuid, date, date) to anon, authenticated, service_role;

create or replace function public.sales_summary(
  store_id uuid default null, from_date date default null, to_date date default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.sales_summary(
    sales_summary.store_id,
    coalesce(sales_summary.from_date, (now() at time zone 'UTC')::date - 29),
    coalesce(sales_summary.to_date, (now() at time zone 'UTC')::date)
  );
$$;
comment on function public.sales_summary(uuid, date, date) is
  'Orders, appointments and their money per day and currency (bookings_amount: what was paid for appointments here): '
  'of one store for its owner and managers (days in the store''s time zone), of all stores for operators. The last 30 '
  'days by default. Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'platform_admin_required, invalid_period.';
grant execute on function public.sales_summary(uuid, date, date) to anon, authenticated, service_role;
