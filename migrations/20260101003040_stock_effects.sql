-- What follows from a change of stock: availability on variants and products, and alerts. All of it only when a line is
-- crossed, so an ordinary sale of a well-stocked product touches nothing but its stock row.
create function private.tg_stock_levels__low() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.is_low := new.on_hand - new.reserved <= new.low_stock_threshold and new.low_stock_threshold > 0;
  return new;
end;
$$;
comment on function private.tg_stock_levels__low() is 'Before insert or update: whether stock is low. Remembered, so that an alert is sent once per crossing.';

create trigger _200_low_insert
  before insert on public.stock_levels
  for each row execute function private.tg_stock_levels__low();
create trigger _200_low_update
  before update on public.stock_levels
  for each row
  when (new.is_low is distinct from (new.on_hand - new.reserved <= new.low_stock_threshold and new.low_stock_threshold > 0))
  execute function private.tg_stock_levels__low();

create function private.tg_stock_levels__effects() returns trigger
language plpgsql volatile
security definer -- variants, products, outbox and notifications are granted to nobody here
set search_path = ''
as $$
declare
  v_crossed uuid[];
  v_returned uuid[];
  v_low uuid[];
  v_product_ids uuid[];
begin
  select
    array_agg(new_rows.variant_id order by new_rows.variant_id)
      filter (where (new_rows.on_hand > new_rows.reserved) <> (old_rows.on_hand > old_rows.reserved)),
    array_agg(new_rows.variant_id)
      filter (where new_rows.on_hand > new_rows.reserved and old_rows.on_hand = old_rows.reserved),
    array_agg(new_rows.variant_id)
      filter (where new_rows.is_low and not old_rows.is_low)
  into v_crossed, v_returned, v_low
  from new_rows
  join old_rows on old_rows.variant_id = new_rows.variant_id;

  if v_crossed is not null then
    select array_agg(distinct product_variants.product_id) into v_product_ids
    from public.product_variants
    where product_variants.id = any (v_crossed);
    -- Products before variants, as save_product locks them.
    perform
    from public.products
    where products.id = any (v_product_ids)
    order by products.id
    for no key update;
    update public.product_variants
    set is_in_stock = stock_levels.on_hand > stock_levels.reserved
    from public.stock_levels
    where product_variants.id = any (v_crossed)
      and stock_levels.variant_id = product_variants.id
      and product_variants.is_in_stock <> (stock_levels.on_hand > stock_levels.reserved);
  end if;

  if v_low is not null then
    perform private.alert_low_stock(v_low);
  end if;
  if v_returned is not null then
    perform private.notify_back_in_stock(v_returned);
  end if;
  return null;
end;
$$;
comment on function private.tg_stock_levels__effects() is 'After update: availability when stock reaches or leaves zero, an alert when it becomes low, notices when it is back.';

create function private.variant_name(product_name text, variant public.product_variants) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return concat_ws(', ', product_name, case when variant.option_values <> '{}' then variant.title end);
end;
$$;
comment on function private.variant_name(text, public.product_variants) is
  'What people are told a variant is: its product, and which one of it.';

create function private.alert_low_stock(variant_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.outbox (template, store_id, payload)
  select
    'low_stock', stock_levels.store_id,
    jsonb_build_object(
      'variant_id', stock_levels.variant_id, 'on_hand', stock_levels.on_hand - stock_levels.reserved,
      'threshold', stock_levels.low_stock_threshold
    )
  from public.stock_levels
  where stock_levels.variant_id = any (alert_low_stock.variant_ids)
  order by stock_levels.variant_id;

  insert into public.notifications (user_id, kind, title, data)
  select
    store_members.user_id,
    'low_stock',
    left(format('Low stock at %s: %s', stores.name, private.variant_name(products.name, product_variants)), 200),
    jsonb_build_object(
      'store_id', stock_levels.store_id,
      'product_id', product_variants.product_id,
      'variant_id', stock_levels.variant_id
    )
  from public.stock_levels
  join public.product_variants on product_variants.id = stock_levels.variant_id
  join public.products on products.id = product_variants.product_id
  join public.stores on stores.id = stock_levels.store_id
  join public.store_members on store_members.store_id = stock_levels.store_id
  where stock_levels.variant_id = any (alert_low_stock.variant_ids);
end;
$$;
comment on function private.alert_low_stock(uuid[]) is 'Tells a store, by mail and in the app, that variants run low.';

create function private.notify_back_in_stock(variant_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  with taken as (
    delete from public.back_in_stock_requests
    using public.product_variants
    join public.products on products.id = product_variants.product_id
    where back_in_stock_requests.variant_id = any (notify_back_in_stock.variant_ids)
      and product_variants.id = back_in_stock_requests.variant_id
      and product_variants.is_active
      and products.is_listed
    returning
      back_in_stock_requests.user_id,
      back_in_stock_requests.variant_id,
      product_variants.product_id,
      products.store_id,
      private.variant_name(products.name, product_variants) as name
  ),
  mailed as (
    insert into private.outbox (template, user_id, payload)
    select 'back_in_stock', taken.user_id, jsonb_build_object('variant_id', taken.variant_id)
    from taken
  )
  insert into public.notifications (user_id, kind, title, data)
  select
    taken.user_id,
    'back_in_stock',
    left(format('Back in stock: %s', taken.name), 200),
    jsonb_build_object('store_id', taken.store_id, 'product_id', taken.product_id, 'variant_id', taken.variant_id)
  from taken;
end;
$$;
comment on function private.notify_back_in_stock(uuid[]) is 'Tells those who asked that variants can be bought again, and uses their requests up.';

create trigger _500_effects
  after update on public.stock_levels
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_stock_levels__effects();

create function private.tg_product_variants__back_on_sale() returns trigger
language plpgsql volatile
security definer -- requests, outbox and notifications are granted to nobody here
set search_path = ''
as $$
begin
  perform private.notify_back_in_stock(array[new.id]);
  return null;
end;
$$;
comment on function private.tg_product_variants__back_on_sale() is
  'After a variant with stock is offered again: tells those who wait for it, whom nobody told while it was not for sale.';

create trigger _600_back_on_sale
  after update on public.product_variants
  for each row when (new.is_active and not old.is_active and new.is_in_stock)
  execute function private.tg_product_variants__back_on_sale();

create function private.tg_products__back_on_sale() returns trigger
language plpgsql volatile
security definer -- as above
set search_path = ''
as $$
declare
  v_variant_ids uuid[];
begin
  -- A store that is opened again lists all of its products: asking who waits comes first, because mostly nobody does.
  select array_agg(distinct product_variants.id) into v_variant_ids
  from public.product_variants
  join public.back_in_stock_requests on back_in_stock_requests.variant_id = product_variants.id
  where product_variants.product_id = new.id and product_variants.is_in_stock;
  if v_variant_ids is not null then
    perform private.notify_back_in_stock(v_variant_ids);
  end if;
  return null;
end;
$$;
comment on function private.tg_products__back_on_sale() is 'After a product is listed again: as for a variant, for all of its variants.';

create trigger _600_back_on_sale
  after update on public.products
  for each row when (new.is_listed and not old.is_listed and new.is_in_stock)
  execute function private.tg_products__back_on_sale();

create function private.tg_stock_moves__sales() returns trigger
language plpgsql volatile
security definer -- product_sales is granted to nobody
set search_path = ''
as $$
begin
  insert into private.product_sales (variant_id, quantity) values (new.variant_id, -new.quantity);
  return null;
end;
$$;
comment on function private.tg_stock_moves__sales() is 'After insert of a sale or return: notes it for private.count_product_sales().';

create trigger _500_sales
  after insert on public.stock_moves
  for each row when (new.reason in ('sale', 'return'))
  execute function private.tg_stock_moves__sales();

create function private.count_product_sales(max_rows integer default 10000) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  v_counted integer;
begin
  -- Before the products: writing a count asks for the line, and whoever moves the line takes products then.
  perform from private.best_seller_line for share;
  with taken as (
    delete from private.product_sales
    where product_sales.id in (
      select waiting.id
      from private.product_sales as waiting
      order by waiting.id
      limit count_product_sales.max_rows
      for update skip locked
    )
    returning product_sales.variant_id, product_sales.quantity
  ),
  sums as (
    select product_variants.product_id, sum(taken.quantity) as quantity
    from taken
    join public.product_variants on product_variants.id = taken.variant_id
    group by product_variants.product_id
  ),
  locked as (
    select products.id, sums.quantity
    from public.products
    join sums on sums.product_id = products.id
    where sums.quantity <> 0
    order by products.id
    for no key update of products
  )
  update public.products
  set sales_count = greatest(0, products.sales_count + locked.quantity)
  from locked
  where products.id = locked.id;
  get diagnostics v_counted = row_count;
  return v_counted;
end;
$$;
comment on function private.count_product_sales(integer) is 'Adds waiting sales to products.sales_count; returns how many products changed. A job, every minute.';
