-- One change of the tree at a time: two at once could put each of two categories below the other.
create or replace function private.lock_category_tree() returns void
language sql volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('category tree', 0));
$$;
comment on function private.lock_category_tree() is
  'Makes whoever changes the tree of categories wait for the others, until commit.';
