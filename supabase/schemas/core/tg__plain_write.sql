-- A constraint refuses in Postgres' own words, which may tell of the rows of others. What a client writes by
-- itself, without a verb, is therefore checked before, by the same rules: they are read from the catalog, so that
-- none is written down twice, and the refusal is a code of ours. Verbs check their own input; what they write meets
-- the constraints alone.
--
-- The trigger runs as the caller and sees what the caller sees: it must not tell of rows that policies hide.
create or replace function private.tg__plain_write() returns trigger
language plpgsql volatile
set search_path = ''
as $$
declare
  v_rule record;
  v_holds boolean;
begin
  for v_rule in
    select pg_attribute.attname
    from pg_catalog.pg_attribute
    where pg_attribute.attrelid = tg_relid and pg_attribute.attnum > 0 and pg_attribute.attnotnull
      and pg_attribute.attgenerated = '' and not pg_attribute.attisdropped
  loop
    execute format('select ($1).%I is not null', v_rule.attname) into v_holds using new;
    if not v_holds then
      raise sqlstate 'PT422' using
        message = format('%s is needed.', v_rule.attname), detail = 'value_required';
    end if;
  end loop;

  for v_rule in
    select
      pg_get_expr(pg_constraint.conbin, pg_constraint.conrelid) as expression,
      (
        select string_agg(pg_attribute.attname, ', ' order by pg_attribute.attnum)
        from pg_catalog.pg_attribute
        where pg_attribute.attrelid = tg_relid and pg_attribute.attnum = any (pg_constraint.conkey)
      ) as columns
    from pg_catalog.pg_constraint
    where pg_constraint.conrelid = tg_relid and pg_constraint.contype = 'c'
    order by pg_constraint.conname
  loop
    execute format('select %s from (select ($1).*) as written', v_rule.expression) into v_holds using new;
    if not v_holds then
      raise sqlstate 'PT422' using
        message = 'That value is not allowed.', detail = 'invalid_value', hint = 'Look at: ' || v_rule.columns || '.';
    end if;
  end loop;

  -- Uniqueness is read from the index, which also says which rows count (its condition) and what is equal (its
  -- expressions).
  for v_rule in
    select keys.expression, coalesce(pg_get_expr(pg_index.indpred, pg_index.indrelid), 'true') as predicate,
      keys.columns, pg_index.indnullsnotdistinct as is_null_a_value
    from pg_catalog.pg_index
    cross join lateral (
      select
        string_agg(pg_get_indexdef(pg_index.indexrelid, number, false), ', ' order by number) as expression,
        string_agg(pg_attribute.attname, ', ') as columns
      from generate_series(1, pg_index.indnkeyatts) as number
      left join pg_catalog.pg_attribute
        on pg_attribute.attrelid = pg_index.indrelid and pg_attribute.attnum = pg_index.indkey[number - 1]
    ) as keys
    where pg_index.indrelid = tg_relid and pg_index.indisunique
  loop
    if tg_op = 'UPDATE' then
      execute format(
        'select (select row(%1$s) from (select ($1).*) as written)
          is distinct from (select row(%1$s) from (select ($2).*) as written)',
        v_rule.expression
      ) into v_holds using new, old;
      continue when not v_holds;
    end if;
    execute format(
      case when v_rule.is_null_a_value
        then 'select exists (
          select from %3$s
          where (%2$s) and row(%1$s) is not distinct from (select row(%1$s) from (select ($1).*) as written)
        )'
        else 'select exists (
          select from %3$s where (%2$s) and (%1$s) = (select %1$s from (select ($1).*) as written where %2$s)
        )'
      end,
      v_rule.expression, v_rule.predicate, tg_relid::regclass
    ) into v_holds using new;
    if v_holds and tg_nargs > 0 then
      -- A wish that exists already is no error: the second row is left out.
      return null;
    elsif v_holds then
      raise sqlstate 'PT409' using
        message = 'That exists already.', detail = 'already_exists', hint = 'Look at: ' || v_rule.columns || '.';
    end if;
  end loop;
  return new;
end;
$$;
comment on function private.tg__plain_write() is
  'Before a client''s own insert or update, after all other triggers: refuses what a constraint would refuse. '
  'With an argument, a row whose key exists already is left out instead. '
  'Errors: value_required, invalid_value, already_exists.';

create or replace trigger _900_plain_write
  before insert or update on public.addresses
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.back_in_stock_requests
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write('once');
create or replace trigger _900_plain_write
  before insert or update on public.cart_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.closures
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.coupons
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.discounts
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.notifications
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.product_media
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.products
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.profiles
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.shipments
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.shipping_methods
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.stock_levels
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.stores
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create or replace trigger _900_plain_write
  before insert or update on public.wishlist_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write('once');
