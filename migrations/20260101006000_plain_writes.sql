-- What a client writes by itself, without a verb, is refused in our vocabulary too: the rules are those of the table, read from
-- the catalog, so that none is written down twice; only the words are ours. Rows that verbs write come to the constraints alone.
--
-- The trigger runs as the caller and sees what the caller sees: it must not tell of rows that the policies hide.
create function private.tg__plain_write() returns trigger
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

  -- By the index, because it also knows which rows count and what is equal.
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
        'select (select row(%1$s) from (select ($1).*) as written) is distinct from (select row(%1$s) from (select ($2).*) as written)',
        v_rule.expression
      ) into v_holds using new, old;
      continue when not v_holds;
    end if;
    execute format(
      case when v_rule.is_null_a_value
        then 'select exists (
          select from %3$s where (%2$s) and row(%1$s) is not distinct from (select row(%1$s) from (select ($1).*) as written)
        )'
        else 'select exists (
          select from %3$s where (%2$s) and (%1$s) = (select %1$s from (select ($1).*) as written where %2$s)
        )'
      end,
      v_rule.expression, v_rule.predicate, tg_relid::regclass
    ) into v_holds using new;
    if v_holds and tg_nargs > 0 then
      -- What is wished for twice is wished for.
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
  'Before a client''s own insert or update, last of all: refuses what a constraint would. With an argument, a second row of one key is '
  'left out instead. Errors: value_required, invalid_value, already_exists.';

create function private.tg__plain_reference() returns trigger
language plpgsql volatile
security definer -- holds the row that is referred to, which needs a right to change it
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
      join pg_catalog.pg_attribute on pg_attribute.attrelid = pg_constraint.confrelid and pg_attribute.attnum = part.number
    ) as other
    where pg_constraint.conrelid = tg_relid
      and pg_constraint.contype = 'f'
    order by pg_constraint.conname
  loop
    -- A reference of which a part is null refers to nothing.
    execute format('select num_nulls(%s) > 0', v_rule.expression) into v_holds using new;
    continue when v_holds;
    -- Held, so that it is still there when the constraint looks.
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
  'Before a client''s own insert or update: refuses a reference to nothing. Errors: unknown_reference.';

create trigger _900_plain_reference
  before insert or update on public.addresses
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.addresses
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.back_in_stock_requests
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.back_in_stock_requests
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write('once');
create trigger _900_plain_reference
  before insert or update on public.cart_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.cart_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.coupons
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.coupons
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.discounts
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.discounts
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.notifications
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.notifications
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.product_media
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.product_media
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.products
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.products
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.profiles
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.profiles
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.shipments
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.shipments
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.shipping_methods
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.shipping_methods
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.stock_levels
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.stock_levels
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.stores
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.stores
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write();
create trigger _900_plain_reference
  before insert or update on public.wishlist_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_reference();
create trigger _900_plain_write
  before insert or update on public.wishlist_items
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg__plain_write('once');
