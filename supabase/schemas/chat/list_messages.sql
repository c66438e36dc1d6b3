-- The table is the truth: whatever a socket lost is here, and a reader that has number n has everything below it.
create or replace function private.list_messages(
  conversation_id uuid, after_seq integer, before_seq integer, page_size integer
) returns setof public.messages
language plpgsql stable
security definer -- one look at who is asking, instead of one for each row
set search_path = ''
as $$
declare
  v_conversation public.conversations;
  -- A bound that is always there: of "no bound, or below it" Postgres makes no search in an index.
  v_before constant integer := coalesce(list_messages.before_seq, 2147483647);
  v_size integer := least(greatest(coalesce(list_messages.page_size, 50), 1), 200);
begin
  select * into v_conversation from public.conversations where conversations.id = list_messages.conversation_id;
  perform private.side_in_conversation(v_conversation, private.require_user());
  if list_messages.after_seq is not null then
    return query
    select *
    from public.messages
    where messages.conversation_id = v_conversation.id
      and messages.seq > list_messages.after_seq
      and messages.seq < v_before
    order by messages.seq
    limit v_size;
    return;
  end if;
  return query
  select page.*
  from (
    select *
    from public.messages
    where messages.conversation_id = v_conversation.id
      and messages.seq < v_before
    order by messages.seq desc
    limit v_size
  ) as page
  order by page.seq;
end;
$$;
comment on function private.list_messages(uuid, integer, integer, integer) is 'See public.list_messages.';
grant execute on function private.list_messages(uuid, integer, integer, integer) to anon, authenticated;

create or replace function public.list_messages(
  conversation_id uuid, after_seq integer default null, before_seq integer default null, page_size integer default 50
) returns setof public.messages
language sql stable security invoker
set search_path = ''
as $$
  select * from private.list_messages(
    list_messages.conversation_id, list_messages.after_seq, list_messages.before_seq, list_messages.page_size
  );
$$;
comment on function public.list_messages(uuid, integer, integer, integer) is
  'Messages in the order of their numbers, at most page_size (1 to 200): the first after after_seq, or the last before '
  'before_seq, or the newest. Deleted ones are there, without text. Errors: not_signed_in, account_required, '
  'session_revoked, conversation_not_found.';
grant execute on function public.list_messages(uuid, integer, integer, integer) to anon, authenticated;
