create or replace function private.tg_coupons__tidy() returns trigger
language plpgsql volatile
security definer -- tidies whatever the caller's rights are
set search_path = ''
as $$
begin
  new.code := private.tidy_code(new.code);
  return new;
end;
$$;
comment on function private.tg_coupons__tidy() is
  'Before a code is written: takes out spaces and invisible characters, as is done with what customers type.';

create or replace trigger _400_tidy
  before insert or update of code on public.coupons
  for each row execute function private.tg_coupons__tidy();
