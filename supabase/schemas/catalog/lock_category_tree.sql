-- An operator corrects the name of a category, or where it stands in the tree.
create or replace function private.lock_category_tree() returns void
language sql volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('category tree', 0));
$$;
comment on function private.lock_category_tree() is 'Whoever changes the tree of categories queues here, until commit.';
