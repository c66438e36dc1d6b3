-- Whether the public sees a product depends on the product and on its store. The answer is kept in the row, so that every
-- policy and index asks one column; these triggers are the only writers of it.
create function private.tg_products__listing() returns trigger
language plpgsql volatile
security definer -- reads the store in any state and locks it
set search_path = ''
as $$
begin
  if new.status = 'active' and new.published_at is null then
    new.published_at := now();
  end if;
  if new.status <> 'active' or new.deleted_at is not null or new.price_amount is null then
    new.is_listed := false;
  elsif tg_op = 'INSERT' or old.status <> 'active' or old.deleted_at is not null or old.price_amount is null then
    -- Shared, so that the store cannot be suspended between this look and our commit.
    select stores.status = 'active' into strict new.is_listed
    from public.stores
    where stores.id = new.store_id
    for share;
  end if;
  return new;
end;
$$;
comment on function private.tg_products__listing() is 'Before insert or update of what listing depends on: sets is_listed and published_at.';

create trigger _200_listing
  before insert or update of status, deleted_at, price_amount on public.products
  for each row execute function private.tg_products__listing();

create function private.tg_stores__listing() returns trigger
language plpgsql volatile
security definer -- is_listed is granted to nobody
set search_path = ''
as $$
begin
  -- In the order of their key, as whoever locks several products does; and none but those that change: whoever is about to
  -- show another one holds it and waits for this store.
  perform
  from public.products
  where products.store_id = new.id
    and products.status = 'active'
    and products.deleted_at is null
    and products.price_amount is not null
    and products.is_listed <> (new.status = 'active')
  order by products.id
  for no key update;
  update public.products
  set is_listed = new.status = 'active'
  where products.store_id = new.id
    and products.status = 'active'
    and products.deleted_at is null
    and products.price_amount is not null
    and products.is_listed <> (new.status = 'active');
  return null;
end;
$$;
comment on function private.tg_stores__listing() is 'After a change of a store''s status: shows or hides its products.';

create trigger _500_listing
  after update of status on public.stores
  for each row
  when ((old.status = 'active') is distinct from (new.status = 'active'))
  execute function private.tg_stores__listing();

create function private.tg_products__count() returns trigger
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
comment on function private.tg_products__count() is 'After insert or update of products: keeps the counts of public.store_categories, locking them in the order of their key.';

create trigger _500_count_insert
  after insert on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__count();

create trigger _500_count_update
  after update on public.products
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_products__count();
