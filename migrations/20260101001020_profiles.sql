-- One profile for each user of the Auth service, made by trigger, so that no sign-up path can forget it. Phone and e-mail
-- are copies of what Auth has *confirmed*: an unproven number must neither block its owner nor receive anything.
create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  phone text,
  email text,
  full_name text,
  avatar_path text,
  locale text not null default 'en',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_phone_key unique (phone),
  constraint profiles_phone_check check (private.is_phone(phone)),
  constraint profiles_full_name_check check (private.is_line(full_name, 120)),
  constraint profiles_avatar_path_lies_in_own_folder
    check (starts_with(avatar_path, id::text || '/') and avatar_path !~ '(^|/)\.\.?(/|$)' and length(avatar_path) <= 300),
  constraint profiles_locale_check check (private.is_locale(locale))
);
alter table public.profiles enable row level security;
grant select on public.profiles to authenticated, service_role;
grant update (full_name, avatar_path, locale) on public.profiles to authenticated;
-- Insert and delete are not granted: a profile comes and goes with its user. Phone and e-mail are changed through Auth,
-- which asks for proof.
comment on table public.profiles is 'The person behind a user id. Each user sees and edits their own; made by a trigger on auth.users.';
comment on column public.profiles.phone is 'E.164 with the plus sign, once Auth has confirmed it. A customer is one per phone.';
comment on column public.profiles.email is 'Once Auth has confirmed it.';
comment on column public.profiles.avatar_path is 'Path in the bucket `avatars`, below the folder named by the user''s id.';
comment on column public.profiles.locale is
  'Language of what we write to this person (BCP 47, such as en, pt-BR or zh-Hant). Written in any case and with _ or '
  '-, stored in one form.';

create trigger _100_timestamps
  before update on public.profiles
  for each row execute function private.tg__timestamps();

create function private.tg_profiles__tidy() returns trigger
language plpgsql
security definer -- tidies whatever the caller's rights are
set search_path = ''
as $$
begin
  new.locale := coalesce(private.tidy_locale(new.locale), '');
  if not private.is_locale(new.locale) then
    raise sqlstate 'PT422' using
      message = 'That is no language tag.',
      detail = 'invalid_locale',
      hint = 'Send a BCP 47 tag, such as en, pt-BR or zh-Hant.';
  end if;
  return new;
end;
$$;
comment on function private.tg_profiles__tidy() is
  'Before a write of a language: brings it into the form that BCP 47 recommends. Errors: invalid_locale.';

create trigger _400_tidy
  before insert or update of locale on public.profiles
  for each row execute function private.tg_profiles__tidy();

create function private.tg_users__profile() returns trigger
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
comment on function private.tg_users__profile() is 'Makes the profile of a new user and keeps its confirmed phone and e-mail in step.';

create trigger _500_profile_insert
  after insert on auth.users
  for each row execute function private.tg_users__profile();

create trigger _500_profile_update
  after update of phone, phone_confirmed_at, email, email_confirmed_at on auth.users
  for each row
  when (
    (old.phone, old.phone_confirmed_at, old.email, old.email_confirmed_at)
      is distinct from (new.phone, new.phone_confirmed_at, new.email, new.email_confirmed_at)
  )
  execute function private.tg_users__profile();
