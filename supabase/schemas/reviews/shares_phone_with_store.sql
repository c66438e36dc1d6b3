create or replace function private.shares_phone_with_store(store_id uuid, phones text[]) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select from public.stores
    where stores.id = shares_phone_with_store.store_id and stores.phone = any (shares_phone_with_store.phones)
  ) or exists (
    select
    from public.store_members
    join public.profiles on profiles.id = store_members.user_id
    where store_members.store_id = shares_phone_with_store.store_id
      and profiles.phone = any (shares_phone_with_store.phones)
  );
end;
$$;
comment on function private.shares_phone_with_store(uuid, text[]) is
  'Whether one of these is the phone number of a store or of somebody who works there.';
