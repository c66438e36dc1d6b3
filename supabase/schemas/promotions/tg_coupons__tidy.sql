create or replace function private.tg_coupons__tidy() returns trigger
language plpgsql
security definer -- tidies whatever the caller's rights are
set search_path = ''
as $$
begin
  new.code := private.tidy_code(new.code);
  return new;
end;
$$;
comment on function private.tg_coupons__tidy() is
  'Before a write of a code: without spaces and what cannot be seen, as customers'' input is read.';

create or replace trigger _400_tidy
  before insert or update of code on public.coupons
  for each row execute function private.tg_coupons__tidy();
