create or replace function private.lock_store_catalog(store_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended(lock_store_catalog.store_id::text, 20260101003220));
$$;
comment on function private.lock_store_catalog(uuid) is
  'Edits of one store''s catalog queue here, so that links and SKUs are given out in turn. Not the row of the store: orders need that one.';
