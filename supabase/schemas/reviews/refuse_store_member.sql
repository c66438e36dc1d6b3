create or replace function private.refuse_store_member(store_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if exists (
    select from public.store_members
    where store_members.store_id = refuse_store_member.store_id
      and store_members.user_id = (select auth.uid())
  ) then
    raise sqlstate 'PT403' using
      message = 'People who work for a store have no say in its reviews.', detail = 'own_store';
  end if;
end;
$$;
comment on function private.refuse_store_member(uuid) is
  'Refuses a caller who works for the store. Errors: own_store.';
