-- Books and sales for benchmarks, as many as wanted, as a superuser; after orders.sql, which makes ids of a moment. Triggers
-- and foreign keys are off while it writes, so what they keep is written here; private.check_ledger() must find nothing.

-- So many movements of a store's account in the last year: of every order the sale and the commission.
create or replace function bench.generate_entries(store_id uuid, customer_id uuid, entry_count integer) returns void
language plpgsql volatile
set search_path = public
set session_replication_role = replica
as $$
declare
  v_account_id bigint;
begin
  create temporary table bench_sales on commit drop as
  select
    number, created_at, gen_random_uuid() as checkout_id, bench.uuid_v7(created_at) as id,
    array[bench.uuid_v7(created_at), bench.uuid_v7(created_at + interval '1 millisecond')] as posting_ids
  from (
    select number, now() - make_interval(secs => (entry_count / 2 - number) * 31536000.0 / (entry_count / 2)) as created_at
    from generate_series(1, entry_count / 2) as number
  ) as drawn
  order by number;
  insert into checkouts (id, user_id, payment_method, status, currency, total_amount, created_at, updated_at)
  select checkout_id, generate_entries.customer_id, 'card', 'paid', 'USD', 1000, created_at, created_at
  from bench_sales
  order by number;
  insert into orders (
    id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method, currency, item_count,
    subtotal_amount, discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount, created_at, updated_at,
    confirmed_at
  )
  select
    id, checkout_id, generate_entries.store_id, generate_entries.customer_id, number, 'B' || number, 'confirmed', 'paid', 'card',
    'USD', 1, 1000, 0, 0, 0, 0, 1000, created_at, created_at, created_at
  from bench_sales
  order by number;
  insert into order_lines (
    order_id, store_id, customer_id, position, product_id, variant_id, product_name, quantity, list_amount, unit_price_amount,
    subtotal_amount, total_amount, commission_bps, commission_amount, created_at
  )
  select
    id, generate_entries.store_id, generate_entries.customer_id, 1, generate_entries.store_id, generate_entries.store_id, 'Thing',
    1, 1000, 1000, 1000, 1000, 1000, 100, created_at
  from bench_sales
  order by number;
  insert into private.earnings (
    id, order_id, store_id, currency, charged_amount, earned_amount, commission_amount, discount_amount, created_at
  )
  select id, id, generate_entries.store_id, 'USD', 1000, 900, 100, 0, created_at
  from bench_sales
  order by number;

  insert into private.ledger_accounts (kind, store_id, currency, balance, entry_count, booked_at)
  values ('store', generate_entries.store_id, 'USD', entry_count / 2 * -900, entry_count, now())
  returning id into v_account_id;
  insert into private.ledger_postings (id, kind, cause_id, order_id, created_at)
  select posting_ids[part], (array['sale', 'commission'])[part], id, id, created_at
  from bench_sales
  cross join generate_series(1, 2) as part
  order by number, part;
  insert into private.ledger_entries (posting_id, position, account_id, currency, amount, number, balance, booked_at)
  select posting_ids[entry.part], entry.position, coalesce(ledger_accounts.id, v_account_id), 'USD', entry.amount,
    case when entry.kind = 'store' then 2 * number - 2 + entry.part end,
    case when entry.kind = 'store' then number * -900 - case entry.part when 1 then 100 else 0 end end,
    case when entry.kind = 'store' then created_at end
  from bench_sales
  cross join (
    values
      (1, 1, 'provider', 1000),
      (1, 2, 'store', -1000),
      (2, 1, 'store', 100),
      (2, 2, 'commission', -100)
  ) as entry (part, position, kind, amount)
  left join private.ledger_accounts
    on ledger_accounts.kind = entry.kind and ledger_accounts.store_id is null and ledger_accounts.currency = 'USD'
  order by number, entry.part, entry.position;
  drop table bench_sales;
end;
$$;

-- One delivered order for each charge, of these stores in turn; not in the ledger yet. Returns the orders.
create or replace function bench.generate_sales(
  store_ids uuid[], customer_id uuid, checkout_ids uuid[], intent_ids text[], charge_ids text[]
) returns uuid[]
language plpgsql volatile
set search_path = public
set session_replication_role = replica
as $$
declare
  v_order_ids uuid[];
begin
  create temporary table bench_sales on commit drop as
  select
    number, bench.uuid_v7(now()) as id, checkout_id, store_ids[1 + number % cardinality(store_ids)] as store_id, intent_id, charge_id
  from unnest(checkout_ids, intent_ids, charge_ids) with ordinality as charge (checkout_id, intent_id, charge_id, number);
  insert into checkouts (id, user_id, payment_method, status, currency, total_amount)
  select checkout_id, generate_sales.customer_id, 'card', 'paid', 'USD', 1000 from bench_sales;
  insert into orders (
    id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method, currency, item_count,
    subtotal_amount, discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount, confirmed_at, delivered_at
  )
  select
    id, checkout_id, store_id, generate_sales.customer_id, number, 'B' || number, 'delivered', 'paid', 'card', 'USD', 1, 1000, 0, 0,
    0, 0, 1000, now(), now()
  from bench_sales;
  insert into order_lines (
    order_id, store_id, customer_id, position, product_id, variant_id, product_name, quantity, list_amount, unit_price_amount,
    subtotal_amount, total_amount, commission_bps, commission_amount
  )
  select id, store_id, generate_sales.customer_id, 1, store_id, store_id, 'Thing', 1, 1000, 1000, 1000, 1000, 1000, 100
  from bench_sales;
  -- The fee is known: asking for it is another job.
  insert into payments (
    checkout_id, user_id, provider, provider_payment_id, charge_id, status, currency, amount, captured_amount, fee_amount
  )
  select checkout_id, generate_sales.customer_id, 'stripe', intent_id, charge_id, 'succeeded', 'USD', 1000, 1000, 0
  from bench_sales;
  select array_agg(id order by number) into v_order_ids from bench_sales;
  drop table bench_sales;
  return v_order_ids;
end;
$$;
