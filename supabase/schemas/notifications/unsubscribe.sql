-- Whoever wants no more of these letters should not have to remember a password. The link says who and which kind, and
-- only the letter has it.
create or replace function private.unsubscribe(token text) returns jsonb
language plpgsql volatile
security definer -- the link stands for its reader, who need not be signed in
set search_path = ''
as $$
declare
  v_link record := private.read_unsubscribe_token(unsubscribe.token);
begin
  -- Of somebody who deleted the account nothing is left to end. What became transactional is not written to be read
  -- on a whim: nobody switches it off.
  insert into public.notification_preferences (user_id, kind, medium, is_enabled)
  select users.id, notification_kinds.kind, 'email', false
  from auth.users
  join public.notification_kinds on notification_kinds.kind = v_link.kind and not notification_kinds.is_transactional
  where users.id = v_link.user_id
  on conflict on constraint notification_preferences_pkey
  do update set is_enabled = false, updated_at = now() where notification_preferences.is_enabled;
  return private.get_unsubscribe_link(unsubscribe.token);
end;
$$;
comment on function private.unsubscribe(text) is 'See public.unsubscribe.';
grant execute on function private.unsubscribe(text) to anon, authenticated;

create or replace function public.unsubscribe(token text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.unsubscribe(unsubscribe.token); $$;
comment on function public.unsubscribe(text) is
  'Ends the e-mails that the link at the foot of a letter is about; repeating it changes nothing. Answers as '
  'get_unsubscribe_link. Needs no sign-in: the token is the credential. Errors: unsubscribe_link_not_found.';
grant execute on function public.unsubscribe(text) to anon, authenticated;
