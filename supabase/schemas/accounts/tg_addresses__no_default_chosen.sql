-- A customer has one default address at most. Three triggers keep it so, also when one statement writes several
-- rows: before the statement, no default is chosen yet (this one); a row that wants to be the default becomes it,
-- unless an earlier row of the statement did (tg_addresses__rules), so that what the statement returns is what it
-- leaves; after the statement, the former default steps back (tg_addresses__one_default).
create or replace function private.tg_addresses__no_default_chosen() returns trigger
language plpgsql volatile
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
