create or replace function private.tell_store_editors(
  store_id uuid, kind text, title text, data jsonb
) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.notifications (user_id, kind, title, data)
  select store_members.user_id, tell_store_editors.kind, tell_store_editors.title, tell_store_editors.data
  from public.store_members
  where store_members.store_id = tell_store_editors.store_id
    and store_members.role in ('owner', 'manager');
end;
$$;
comment on function private.tell_store_editors(uuid, text, text, jsonb) is
  'Tells the owner and the managers of a store in the app.';
