-- Two who write rows under one unique key at the same instant do not see each other's: the second would be refused by
-- the constraint, in its own words. They queue here before they look. The queue is for the key's first column, which
-- says whose the rows are, and not for the key: so two who write several rows never wait in a circle.
create or replace function private.queue_for_key(table_id oid, whose text) returns void
language sql volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended(coalesce(queue_for_key.whose, ''), queue_for_key.table_id::bigint));
$$;
comment on function private.queue_for_key(oid, text) is
  'One transaction at a time writes rows of this table whose keys begin so. Taken before it looks whether a key is '
  'there already.';
grant execute on function private.queue_for_key(oid, text) to anon, authenticated;
