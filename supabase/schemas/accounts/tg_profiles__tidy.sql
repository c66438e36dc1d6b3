create or replace function private.tg_profiles__tidy() returns trigger
language plpgsql volatile
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

create or replace trigger _400_tidy
  before insert or update of locale on public.profiles
  for each row execute function private.tg_profiles__tidy();
