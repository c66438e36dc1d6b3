-- What every letter says about a store. Letters are put together when they are sent, from what cannot change any
-- more and from what their row kept of the moment in which they were queued.
create or replace function private.outbox_store(store_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'name', stores.name, 'link', stores.slug, 'time_zone', stores.time_zone, 'contact_email', stores.email
    )
    from public.stores
    where stores.id = outbox_store.store_id
  );
end;
$$;
comment on function private.outbox_store(uuid) is 'What every mail says about a store.';
