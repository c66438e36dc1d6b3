-- The default is passed on by three triggers: before the statement nobody has been chosen; each row that would be the default
-- is, unless another row of the same statement was chosen before it, so that what a statement answers is what it leaves; and
-- after the statement the former default steps back.
create or replace function private.tg_addresses__no_default_chosen() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('marketbase.chosen_default', '', true);
  return null;
end;
$$;
comment on function private.tg_addresses__no_default_chosen() is
  'Before a statement on addresses: it has chosen no default yet.';

create or replace trigger _100_no_default_chosen
  before insert or update on public.addresses
  for each statement execute function private.tg_addresses__no_default_chosen();
