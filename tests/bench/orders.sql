-- Orders of a year for benchmarks, as many as wanted: `select bench.generate_orders(1000000)`, as a superuser in a database
-- without orders. Customers and stores are drawn by a power law, as in real shops: a few buy and sell far more than the rest.
-- Triggers and foreign keys are off while it writes, so what they keep is written here; private.check_invariants() must find
-- nothing. Deterministic, but for the random part of the ids.
create schema if not exists bench;

-- No pinned search path on these, so that the planner inlines them: they run millions of times.

-- A number from 0 to size - 1, small ones more often; the most frequent is drawn with probability size ^ (-1 / exponent).
create or replace function bench.drawn(seed integer, salt integer, size integer, exponent double precision) returns integer
language sql immutable
as $$
  select floor(size * power((hashint4extended(seed, salt) & 1048575) / 1048576.0, exponent))::integer;
$$;

-- An id of that moment, as private.uuid_v7() makes them of this one.
create or replace function bench.uuid_v7(at timestamptz) returns uuid
language sql volatile
as $$
  select encode(
    int8send(((extract(epoch from at) * 1000)::bigint << 16) | (7 << 12) | (random() * 4095)::integer)
      || substring(uuid_send(gen_random_uuid()) from 9),
    'hex'
  )::uuid;
$$;

-- A row of ids that sort in this order: one for a customer, a store, a product.
create or replace function bench.id(kind integer, number integer) returns uuid
language sql immutable
as $$
  select ('00000000-0000-4000-8' || lpad(kind::text, 3, '0') || '-' || lpad(number::text, 12, '0'))::uuid;
$$;

create or replace function bench.generate_orders(order_count integer) returns void
language plpgsql volatile
set search_path = public
set session_replication_role = replica
as $$
declare
  v_customer_count constant integer := greatest(order_count / 10, 20);
  v_store_count constant integer := least(greatest(order_count / 500, 5), 2000);
  v_indexes text[];
  v_index text;
  v_dropped text[];
begin
  -- The months that the jobs would have made partitions for.
  for v_index in
    select format(
      'create table if not exists private.%1$s_%2$s partition of public.%1$s for values from (%3$L) to (%4$L)',
      name, to_char(month, 'YYYY_MM'), month, month + interval '1 month'
    )
    from unnest(array['order_events', 'stock_moves']) as name
    cross join generate_series(date_trunc('month', now()) - interval '12 months', date_trunc('month', now()), '1 month') as month
  loop
    execute v_index;
  end loop;

  -- Indexes that no constraint needs are built at the end, at once.
  -- The definition of a partitioned index says ONLY; what is built again is the whole of it.
  select array_agg(replace(indexes.indexdef, ' ON ONLY ', ' ON ')), array_agg(format('%I.%I', indexes.schemaname, indexes.indexname))
  into v_indexes, v_dropped
  from pg_indexes as indexes
  where indexes.schemaname = 'public'
    and indexes.tablename in ('checkouts', 'orders', 'order_lines', 'order_events', 'shipments', 'payments', 'stock_moves')
    and indexes.indexdef not like 'CREATE UNIQUE%';
  foreach v_index in array v_dropped loop
    execute format('drop index %s', v_index);
  end loop;

  insert into auth.users (id, email, email_confirmed_at)
  select bench.id(1, number), 'bench-' || number || '@marketbase.example', now()
  from generate_series(0, v_customer_count - 1) as number;
  -- Every store is its owner's; the owners are not among the customers.
  insert into auth.users (id, email, email_confirmed_at)
  select bench.id(2, number), 'bench-owner-' || number || '@marketbase.example', now()
  from generate_series(0, v_store_count - 1) as number;
  insert into stores (id, owner_id, name, slug, status, line1, city, postal_code, country_code, currency, order_prefix)
  select bench.id(3, number), bench.id(2, number), 'Bench ' || number, 'bench-' || number, 'active', 'Line 1', 'Pune', '411001', 'IN',
    'INR', 'B'
  from generate_series(0, v_store_count - 1) as number;
  insert into store_members (store_id, user_id, role)
  select bench.id(3, number), bench.id(2, number), 'owner'
  from generate_series(0, v_store_count - 1) as number;

  -- Most orders have arrived; of the last two weeks many are on their way or wait to be packed.
  create temporary table bench_orders on commit drop as
  select
    item, bench.uuid_v7(drawn.created_at) as id, bench.uuid_v7(drawn.created_at) as checkout_id, drawn.created_at,
    bench.id(1, bench.drawn(item, 1, v_customer_count, 1.6)) as customer_id,
    bench.id(3, bench.drawn(item, 2, v_store_count, 2.5)) as store_id,
    case when drawn.die_method < 30 then 'cash_on_delivery' else 'card' end as payment_method,
    case
      when drawn.die_status < 6 then 'cancelled'
      when drawn.created_at > now() - interval '14 days' then
        case
          when drawn.die_status < 40 then 'confirmed'
          when drawn.die_status < 60 then 'processing'
          when drawn.die_status < 85 then 'shipped'
          else 'delivered'
        end
      when drawn.die_status < 30 then 'delivered'
      else 'received'
    end as status,
    1 + bench.drawn(item, 3, 5, 2)::bigint as line_count,
    1000 + (hashint4extended(item, 4) & 65535) as line_amount,
    4900::bigint as shipping_amount
  from (
    select
      item,
      now() - make_interval(secs => (order_count - item) * 31536000.0 / order_count) as created_at,
      (hashint4extended(item, 5) & 1048575) % 100 as die_method,
      (hashint4extended(item, 6) & 1048575) % 100 as die_status
    from generate_series(1, order_count) as item
  ) as drawn
  order by item;

  insert into checkouts (id, user_id, payment_method, status, currency, total_amount, created_at, updated_at)
  select checkout_id, customer_id, payment_method,
    case when status = 'cancelled' then 'cancelled' when payment_method = 'card' then 'paid' else 'confirmed' end,
    'INR', line_count * line_amount + shipping_amount, created_at, created_at
  from bench_orders
  order by item;

  insert into orders (
    id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method, currency, item_count,
    subtotal_amount, discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount, shipping_method_name,
    shipping_kind, shipping_address, customer_name, customer_phone, customer_email, cancel_reason, created_at, updated_at,
    confirmed_at, shipped_at, delivered_at, received_at, cancelled_at
  )
  select
    numbered.id, checkout_id, store_id, customer_id, number, 'B' || lpad(number::text, 6, '0'), status,
    case
      when status = 'cancelled' then 'unpaid'
      when payment_method = 'card' or status in ('delivered', 'received') then 'paid'
      else 'unpaid'
    end,
    payment_method, 'INR', line_count,
    line_count * line_amount, 0, shipping_amount, 0, 0, line_count * line_amount + shipping_amount, 'Standard', 'flat',
    jsonb_build_object(
      'recipient_name', 'Bench Customer', 'phone', '+919100000000', 'line1', '12 Long Lane', 'city', 'Pune',
      'postal_code', '411001', 'country_code', 'IN'
    ),
    'Bench Customer', '+919100000000', 'customer@marketbase.example', case when status = 'cancelled' then 'customer' end,
    created_at, created_at,
    case when status <> 'cancelled' then created_at end,
    case when status in ('shipped', 'delivered', 'received') then created_at + interval '1 day' end,
    case when status in ('delivered', 'received') then created_at + interval '3 days' end,
    case when status = 'received' then created_at + interval '4 days' end,
    case when status = 'cancelled' then created_at + interval '1 hour' end
  from (
    select bench_orders.*,
      case when status <> 'cancelled' then
        row_number() over (partition by store_id, status <> 'cancelled' order by item)
      end as number
    from bench_orders
  ) as numbered
  order by item;
  insert into private.order_numbers (store_id, last_number)
  select store_id, max(number) from orders where number is not null group by store_id;

  insert into order_lines (
    id, order_id, store_id, customer_id, position, product_id, variant_id, product_name, variant_title, sku, image_path, quantity,
    mrp_amount, list_amount, unit_price_amount, subtotal_amount, total_amount, created_at
  )
  select
    bench.uuid_v7(created_at), id, store_id, customer_id, position, bench.id(4, product), bench.id(5, product), 'Product ' || product,
    'Default', 'SKU-' || product, store_id || '/' || product || '.webp', 1, line_amount, line_amount, line_amount, line_amount, line_amount,
    created_at
  from bench_orders
  cross join generate_series(1, line_count) as position
  -- The lines of an order are of different products.
  cross join lateral (select bench.drawn(item, 7, 20000, 2.5) * 5 + position::integer as product) as choice
  order by item;
  insert into stock_moves (id, created_at, variant_id, store_id, quantity, reason, reference_id)
  select bench.uuid_v7(lines.created_at), lines.created_at, lines.variant_id, lines.store_id, -1, 'sale', lines.order_id
  from order_lines as lines
  join bench_orders on bench_orders.id = lines.order_id
  where bench_orders.status <> 'cancelled';

  insert into order_events (id, created_at, order_id, store_id, customer_id, actor_id, kind, from_status, to_status)
  select bench.uuid_v7(created_at + step.later), created_at + step.later, id, store_id, customer_id, customer_id, 'status',
    step.from_status, step.to_status
  from bench_orders
  cross join (
    values
      (interval '0', null, 'confirmed', 'confirmed processing shipped delivered received cancelled'),
      ('1 hour', 'confirmed', 'cancelled', 'cancelled'),
      ('12 hours', 'confirmed', 'processing', 'processing shipped delivered received'),
      ('1 day', 'processing', 'shipped', 'shipped delivered received'),
      ('3 days', 'shipped', 'delivered', 'delivered received'),
      ('4 days', 'delivered', 'received', 'received')
  ) as step (later, from_status, to_status, taken_by)
  where strpos(step.taken_by, bench_orders.status) > 0
  order by item;

  insert into shipments (order_id, store_id, customer_id, carrier, tracking_number, shipped_at, delivered_at)
  select id, store_id, customer_id, 'Bench Post', 'BP' || item, created_at + interval '1 day',
    case when status <> 'shipped' then created_at + interval '3 days' end
  from bench_orders
  where status in ('shipped', 'delivered', 'received')
  order by item;

  insert into payments (
    id, checkout_id, order_id, user_id, provider, provider_payment_id, status, currency, amount, captured_amount, created_at, updated_at
  )
  select
    bench.uuid_v7(created_at), checkout_id, case when payment_method <> 'card' then id end, customer_id,
    case when payment_method = 'card' then 'stripe' else 'cash' end, case when payment_method = 'card' then 'pi_bench_' || item end,
    'succeeded', 'INR', line_count * line_amount + shipping_amount, line_count * line_amount + shipping_amount, created_at, created_at
  from bench_orders
  where status in ('delivered', 'received') or (payment_method = 'card' and status <> 'cancelled')
  order by item;

  foreach v_index in array v_indexes loop
    execute v_index;
  end loop;
end;
$$;
