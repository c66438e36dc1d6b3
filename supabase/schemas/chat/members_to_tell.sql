create or replace function private.members_to_tell(conversation public.conversations) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
begin
  if members_to_tell.conversation.assignee_id is not null then
    return array[members_to_tell.conversation.assignee_id];
  end if;
  return array(
    select store_members.user_id
    from public.store_members
    where store_members.store_id = members_to_tell.conversation.store_id
      and store_members.user_id is distinct from members_to_tell.conversation.customer_id
    order by store_members.user_id
    limit 50
  );
end;
$$;
comment on function private.members_to_tell(public.conversations) is
  'Who of a store is told what a customer wrote: whom it is assigned to, else everybody, of whom fifty at most.';
