-- Who may listen to which private channel. A topic is text that a client wrote: its shape is checked before
-- anything in it is cast, so that a malformed one is refused and is not an error.
create or replace function private.can_join_topic(topic text) returns boolean
language plpgsql stable
security definer -- reads memberships without re-entering their policies
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_parts text[];
begin
  if v_user_id is null then
    return false;
  end if;
  v_parts := regexp_match(
    can_join_topic.topic, '^(user|store):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(:orders|:bookings)?$'
  );
  return case
    when v_parts is null then false
    when v_parts[1] = 'user' and v_parts[3] is null then v_parts[2]::uuid = v_user_id
    when v_parts[1] = 'store' and v_parts[3] is not null then
      v_parts[2]::uuid = any (private.my_scopes()) or private.is_platform_admin()
    else false
  end;
end;
$$;
comment on function private.can_join_topic(text) is
  'Whether the caller may receive on a private channel: user:<own id>, store:<id of a store one works in>:orders and '
  '…:bookings.';
grant execute on function private.can_join_topic(text) to authenticated;
