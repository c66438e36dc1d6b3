-- The last of the three triggers that keep one default address; see tg_addresses__no_default_chosen.
create or replace function private.tg_addresses__one_default() returns trigger
language plpgsql volatile
security definer -- changes the customer's other rows whatever the caller's column grants are
set search_path = ''
as $$
begin
  -- The update below fires this trigger again, with no row that is the default.
  if not exists (select from written where written.is_default) then
    return null;
  end if;
  update public.addresses
  set is_default = false
  from written
  where written.is_default
    and addresses.user_id = written.user_id
    and addresses.id <> written.id
    and addresses.is_default;
  return null;
end;
$$;
comment on function private.tg_addresses__one_default() is
  'After a statement that chose a default: takes it from the former one.';

create or replace trigger _900_one_default_insert
  after insert on public.addresses referencing new table as written
  for each statement execute function private.tg_addresses__one_default();

create or replace trigger _900_one_default_update
  after update on public.addresses referencing new table as written
  for each statement execute function private.tg_addresses__one_default();
