create or replace function private.lock_store_catalog(store_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(lock_store_catalog.store_id::text, 20260101003220));
  -- Before any product, because listing one asks for the store, and whoever shows or hides a store then takes its products.
  perform from public.stores where stores.id = lock_store_catalog.store_id for share;
end;
$$;
comment on function private.lock_store_catalog(uuid) is
  'Edits of one store''s catalog queue here, so that links and SKUs are given out in turn. The store''s row is only shared: its state stays as it is.';
