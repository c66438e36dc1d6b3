-- What can be switched depends on the kind: not everything is mailed or pushed, and what concerns an order or money is
-- always told, because whoever missed it would lose something.
create or replace function private.set_notification_preference(kind text, medium text, is_enabled boolean)
returns public.notification_preferences
language plpgsql volatile
security definer -- clients hold no write grant on preferences
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_kind public.notification_kinds;
  v_preference public.notification_preferences;
begin
  select * into v_kind
  from public.notification_kinds
  where notification_kinds.kind = set_notification_preference.kind;
  if not found then
    raise sqlstate 'PT422' using
      message = 'There is no such kind of notification.', detail = 'unknown_kind',
      hint = 'The table notification_kinds has them.';
  end if;
  if set_notification_preference.medium is null or set_notification_preference.medium <> all (v_kind.media) then
    raise sqlstate 'PT422' using
      message = 'This is not told in that way.', detail = 'invalid_medium',
      hint = 'It is told by: ' || array_to_string(v_kind.media, ', ') || '.';
  end if;
  if set_notification_preference.is_enabled is null then
    raise sqlstate 'PT422' using
      message = 'is_enabled is needed.', detail = 'value_required';
  end if;
  if v_kind.is_transactional and not set_notification_preference.is_enabled then
    raise sqlstate 'PT422' using
      message = 'What concerns your orders, your money or your store is always told.',
      detail = 'kind_is_transactional';
  end if;
  insert into public.notification_preferences (user_id, kind, medium, is_enabled)
  values (v_user_id, v_kind.kind, set_notification_preference.medium, set_notification_preference.is_enabled)
  on conflict on constraint notification_preferences_pkey
  do update set is_enabled = excluded.is_enabled, updated_at = now()
  returning * into v_preference;
  return v_preference;
end;
$$;
comment on function private.set_notification_preference(text, text, boolean) is
  'See public.set_notification_preference.';
grant execute on function private.set_notification_preference(text, text, boolean) to anon, authenticated;

create or replace function public.set_notification_preference(kind text, medium text, is_enabled boolean)
returns public.notification_preferences
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.set_notification_preference(
    set_notification_preference.kind, set_notification_preference.medium, set_notification_preference.is_enabled
  );
$$;
comment on function public.set_notification_preference(text, text, boolean) is
  'Switches for the caller a kind of notification on or off, in one medium of the kind: in_app, email, text, push. '
  'Errors: not_signed_in, account_required, session_revoked, unknown_kind, invalid_medium, value_required, '
  'kind_is_transactional.';
grant execute on function public.set_notification_preference(text, text, boolean) to anon, authenticated;
