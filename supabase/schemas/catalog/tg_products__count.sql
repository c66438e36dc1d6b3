create or replace function private.tg_products__count() returns trigger
language plpgsql volatile
security definer -- counts are granted to nobody
set search_path = ''
as $$
declare
  v_store_ids uuid[];
  v_category_ids uuid[];
  v_deltas integer[];
begin
  if tg_op = 'INSERT' then
    select array_agg(changes.store_id), array_agg(changes.category_id), array_agg(changes.delta)
    into v_store_ids, v_category_ids, v_deltas
    from (
      select new_rows.store_id, new_rows.category_id, count(*)::integer as delta
      from new_rows
      where new_rows.is_listed
      group by new_rows.store_id, new_rows.category_id
    ) as changes;
  else
    select array_agg(changes.store_id), array_agg(changes.category_id), array_agg(changes.delta)
    into v_store_ids, v_category_ids, v_deltas
    from (
      select listed.store_id, listed.category_id, sum(listed.delta)::integer as delta
      from (
        select new_rows.store_id, new_rows.category_id, 1 as delta from new_rows where new_rows.is_listed
        union all
        select old_rows.store_id, old_rows.category_id, -1 from old_rows where old_rows.is_listed
      ) as listed
      group by listed.store_id, listed.category_id
      having sum(listed.delta) <> 0
    ) as changes;
  end if;
  if v_store_ids is null then
    return null;
  end if;

  insert into public.store_categories (store_id, category_id)
  select changes.store_id, changes.category_id
  from unnest(v_store_ids, v_category_ids) as changes (store_id, category_id)
  order by changes.store_id, changes.category_id
  on conflict do nothing;

  perform
  from public.store_categories
  join unnest(v_store_ids, v_category_ids) as changes (store_id, category_id) using (store_id, category_id)
  order by store_categories.store_id, store_categories.category_id
  for no key update of store_categories;

  update public.store_categories
  set product_count = store_categories.product_count + changes.delta
  from unnest(v_store_ids, v_category_ids, v_deltas) as changes (store_id, category_id, delta)
  where store_categories.store_id = changes.store_id
    and store_categories.category_id = changes.category_id;
  return null;
end;
$$;
comment on function private.tg_products__count() is
  'After insert or update of products: keeps the counts of public.store_categories, locking them in the order of '
  'their key.';

create or replace trigger _500_count_insert
  after insert on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__count();

create or replace trigger _500_count_update
  after update on public.products
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_products__count();
