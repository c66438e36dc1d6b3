-- Links and SKUs of a store are given out in turn.
create or replace function private.lock_store_catalog(store_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(lock_store_catalog.store_id::text, 20260101003220));
  -- The store before its products: listing a product locks its store, and who shows or hides a store locks the
  -- products after it.
  perform from public.stores where stores.id = lock_store_catalog.store_id for share;
end;
$$;
comment on function private.lock_store_catalog(uuid) is
  'Makes whoever edits a store''s catalog wait for the others, until commit. The store''s row is locked for '
  'share: its status stays as it is, and nobody who only reads it waits.';
