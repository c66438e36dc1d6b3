-- Programs that look for viruses open every link of a letter. So opening it only shows what it would end; nothing is
-- changed before somebody says so.
create or replace function private.get_unsubscribe_link(token text) returns jsonb
language plpgsql stable
security definer -- the link stands for its reader, who need not be signed in
set search_path = ''
as $$
declare
  v_link record := private.read_unsubscribe_token(get_unsubscribe_link.token);
begin
  return (
    select jsonb_build_object(
      'kind', notification_kinds.kind, 'description', notification_kinds.description,
      'is_enabled', private.is_told(v_link.user_id, v_link.kind, 'email')
    )
    from public.notification_kinds
    where notification_kinds.kind = v_link.kind
  );
end;
$$;
comment on function private.get_unsubscribe_link(text) is 'See public.get_unsubscribe_link.';
grant execute on function private.get_unsubscribe_link(text) to anon, authenticated;

create or replace function public.get_unsubscribe_link(token text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.get_unsubscribe_link(get_unsubscribe_link.token); $$;
comment on function public.get_unsubscribe_link(text) is
  'What the link at the foot of a letter would end, for a page that asks: {kind, description, is_enabled}. Needs no '
  'sign-in: the token is the credential. Errors: unsubscribe_link_not_found.';
grant execute on function public.get_unsubscribe_link(text) to anon, authenticated;
