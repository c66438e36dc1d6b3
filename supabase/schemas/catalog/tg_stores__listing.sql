create or replace function private.tg_stores__listing() returns trigger
language plpgsql volatile
security definer -- is_listed is granted to nobody
set search_path = ''
as $$
begin
  -- Locked in the order of their key, as whoever locks several products does. Only those that change: whoever is
  -- about to show another one holds it and waits for this store.
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

create or replace trigger _500_listing
  after update of status on public.stores
  for each row
  when ((old.status = 'active') is distinct from (new.status = 'active'))
  execute function private.tg_stores__listing();
