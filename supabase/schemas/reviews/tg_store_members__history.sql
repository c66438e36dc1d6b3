-- Who works for a store has no independent word about it: what they wrote before is looked at, and what they order
-- while they work there they do not review, also later.
create or replace function private.tg_store_members__history() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on these
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.open_moderation_item(written.id, 'author_joined_store')
    from (
      select reviews.id
      from public.reviews
      where reviews.author_id = new.user_id and reviews.store_id = new.store_id
      order by reviews.id
    ) as written;
  else
    -- With a store or an account that is deleted, its history goes.
    insert into private.former_members (store_id, user_id, joined_at)
    select old.store_id, old.user_id, old.created_at
    from auth.users
    join public.stores on stores.id = old.store_id
    where users.id = old.user_id
    on conflict on constraint former_members_pkey do nothing;
  end if;
  return null;
end;
$$;
comment on function private.tg_store_members__history() is
  'After somebody joins a store: opens an item for each review they wrote of it. After they leave: notes when they '
  'worked there.';

create or replace trigger _500_history
  after insert or delete on public.store_members
  for each row execute function private.tg_store_members__history();
