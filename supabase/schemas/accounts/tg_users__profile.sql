-- Every user gets a profile, whichever way of signing up made the user.
create or replace function private.tg_users__profile() returns trigger
language plpgsql volatile
security definer -- fires inside the Auth service, which holds no right on profiles
set search_path = ''
as $$
begin
  insert into public.profiles (id, phone, email, full_name)
  values (
    new.id,
    case when new.phone_confirmed_at is not null then '+' || ltrim(nullif(new.phone, ''), '+') end,
    case when new.email_confirmed_at is not null then nullif(new.email, '') end,
    -- A name the person typed at registration: a courtesy copy, never a right.
    left(private.tidy_line(coalesce(new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name')), 120)
  )
  on conflict on constraint profiles_pkey do update
  set phone = excluded.phone, email = excluded.email;
  return null;
end;
$$;
comment on function private.tg_users__profile() is
  'After insert or update of a user: makes the profile and keeps its confirmed phone and e-mail the same.';

create or replace trigger _500_profile_insert
  after insert on auth.users
  for each row execute function private.tg_users__profile();

create or replace trigger _500_profile_update
  after update of phone, phone_confirmed_at, email, email_confirmed_at on auth.users
  for each row
  when (
    (old.phone, old.phone_confirmed_at, old.email, old.email_confirmed_at)
      is distinct from (new.phone, new.phone_confirmed_at, new.email, new.email_confirmed_at)
  )
  execute function private.tg_users__profile();
