-- One profile for each user of the Auth service, made by a trigger, so that no way of signing up can forget it.
-- Phone and e-mail are copies of what Auth has *confirmed*: an unproven number must neither block its owner nor
-- receive anything.
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
    check (
      starts_with(avatar_path, id::text || '/') and avatar_path !~ '(^|/)\.\.?(/|$)' and length(avatar_path) <= 300
    ),
  constraint profiles_locale_check check (private.is_locale(locale))
);
alter table public.profiles enable row level security;
grant select on public.profiles to authenticated, service_role;
grant update (full_name, avatar_path, locale) on public.profiles to authenticated;
-- Insert and delete are not granted: a profile comes and goes with its user. Phone and e-mail are changed through Auth,
-- which asks for proof.
comment on table public.profiles is
  'The person behind a user id. Each user sees and edits their own; made by a trigger on auth.users.';
comment on column public.profiles.phone is
  'Phone number in E.164 with the plus sign, once Auth has confirmed it. No two profiles share one.';
comment on column public.profiles.email is 'E-mail address, once Auth has confirmed it.';
comment on column public.profiles.avatar_path is
  'Path in the bucket `avatars`, below the folder named by the user''s id.';
comment on column public.profiles.locale is
  'The language in which this person is written to (BCP 47, such as en, pt-BR or zh-Hant). May be written in any '
  'case and with _ or -; stored in one form.';
