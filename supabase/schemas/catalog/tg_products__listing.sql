-- Whether the public sees a product depends on the product and on its store. The answer is kept in the row, so that
-- every policy and index asks one column; these triggers are the only writers of it.
create or replace function private.tg_products__listing() returns trigger
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
    -- Locked for share: nobody suspends the store between this look and our commit.
    select stores.status = 'active' into strict new.is_listed
    from public.stores
    where stores.id = new.store_id
    for share;
  end if;
  return new;
end;
$$;
comment on function private.tg_products__listing() is
  'Before insert or update of what listing depends on: sets is_listed and published_at.';

create or replace trigger _200_listing
  before insert or update of status, deleted_at, price_amount on public.products
  for each row execute function private.tg_products__listing();
