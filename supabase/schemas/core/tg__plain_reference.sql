-- A foreign key refuses in Postgres' own words, which tell of rows and constraints. What a client writes by itself,
-- without a verb, is therefore looked up before, and refused with a code of ours.
create or replace function private.tg__plain_reference() returns trigger
language plpgsql volatile
security definer -- locks the row that is referred to, for which Postgres asks a right to change it
set search_path = ''
as $$
declare
  v_rule record;
  v_holds boolean;
begin
  for v_rule in
    select pg_constraint.confrelid::regclass as target, own.columns, own.expression, other.expression as key
    from pg_catalog.pg_constraint
    cross join lateral (
      select
        string_agg(pg_attribute.attname, ', ' order by part.position) as columns,
        string_agg(format('($1).%I', pg_attribute.attname), ', ' order by part.position) as expression
      from unnest(pg_constraint.conkey) with ordinality as part (number, position)
      join pg_catalog.pg_attribute on pg_attribute.attrelid = tg_relid and pg_attribute.attnum = part.number
    ) as own
    cross join lateral (
      select string_agg(format('target.%I', pg_attribute.attname), ', ' order by part.position) as expression
      from unnest(pg_constraint.confkey) with ordinality as part (number, position)
      join pg_catalog.pg_attribute
        on pg_attribute.attrelid = pg_constraint.confrelid and pg_attribute.attnum = part.number
    ) as other
    where pg_constraint.conrelid = tg_relid
      and pg_constraint.contype = 'f'
    order by pg_constraint.conname
  loop
    -- A reference of which a part is null refers to nothing.
    execute format('select num_nulls(%s) > 0', v_rule.expression) into v_holds using new;
    continue when v_holds;
    -- One that stays as it is was looked up when it was written. To lock what it refers to now, after the row itself,
    -- would meet whoever deletes the two in the other order.
    if tg_op = 'UPDATE' then
      execute format(
        'select row(%s) is not distinct from row(%s)', v_rule.expression, replace(v_rule.expression, '($1)', '($2)')
      ) into v_holds using new, old;
      continue when v_holds;
    end if;
    -- Locked, so that it is still there when the constraint looks.
    execute format(
      'select true from %s as target where (%s) = (%s) for key share', v_rule.target, v_rule.key, v_rule.expression
    ) into v_holds using new;
    if v_holds is not true then
      raise sqlstate 'PT422' using
        message = format('What %s refers to does not exist.', v_rule.columns), detail = 'unknown_reference',
        hint = 'Look at: ' || v_rule.columns || '.';
    end if;
  end loop;

  return new;
end;
$$;
comment on function private.tg__plain_reference() is
  'Before a client''s own insert or update: refuses a reference to a row that does not exist. '
  'Errors: unknown_reference.';

create or replace trigger _900_plain_reference
  before insert or update on public.addresses
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.back_in_stock_requests
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.cart_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.closures
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.coupons
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.discounts
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.notifications
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.product_media
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.products
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.profiles
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.review_replies
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.saved_replies
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.shipments
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.shipping_methods
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.stock_levels
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.stores
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create or replace trigger _900_plain_reference
  before insert or update on public.wishlist_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
