create or replace function private.unread_count(user_id uuid) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select count(*)
    from (
      select from public.notifications
      where notifications.user_id = unread_count.user_id and notifications.read_at is null
      limit 100
    ) as unread
  );
end;
$$;
comment on function private.unread_count(uuid) is
  'How many notifications somebody has not read: exact up to 99; 100 says "100 or more", however many there are.';
