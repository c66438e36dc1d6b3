-- The worker's side of the outbox. What a letter says is put together here, when it is sent, out of what cannot change any
-- more and the facts that its row kept of the moment.
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
