-- The right is the row in private.platform_admins. Frontends read a copy of it from the token, to know whether to
-- show the pages of an admin.
create or replace function private.tg_platform_admins__mirror() returns trigger
language plpgsql volatile
security definer -- writes auth.users, which no client may
set search_path = ''
as $$
begin
  update auth.users
  set raw_app_meta_data = coalesce(users.raw_app_meta_data, '{}'::jsonb)
    || jsonb_build_object('platform_admin', tg_op = 'INSERT')
  where users.id = coalesce(new.user_id, old.user_id);
  return null;
end;
$$;
comment on function private.tg_platform_admins__mirror() is
  'After insert or delete of a platform admin: copies the right to app_metadata.platform_admin of the user.';

create or replace trigger _500_mirror
  after insert or delete on private.platform_admins
  for each row execute function private.tg_platform_admins__mirror();
