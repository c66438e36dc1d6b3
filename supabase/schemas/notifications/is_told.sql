create or replace function private.is_told(user_id uuid, kind text, medium text) returns boolean
language plpgsql stable
security definer -- reads the preferences of others
set search_path = ''
as $$
begin
  return coalesce(
    (
      select notification_preferences.is_enabled
      from public.notification_preferences
      where notification_preferences.user_id = is_told.user_id
        and notification_preferences.kind = is_told.kind
        and notification_preferences.medium = is_told.medium
    ),
    true
  );
end;
$$;
comment on function private.is_told(uuid, text, text) is
  'Whether somebody wants to be told of a kind by a medium: unless they switched it off.';
