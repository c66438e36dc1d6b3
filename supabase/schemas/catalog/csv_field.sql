-- A spreadsheet runs a cell that begins with =, +, @ or - as a formula, which may send data elsewhere. An
-- apostrophe in front makes it text.
create or replace function private.csv_field(value text) returns text
language sql immutable
set search_path = ''
as $$
  select case
    when csv_field.value is null then ''
    when guarded.value ~ '[",;\r\n]' or guarded.value <> csv_field.value
      then '"' || replace(guarded.value, '"', '""') || '"'
    else guarded.value
  end
  from (
    select case when csv_field.value ~ '^\s*[=+@\t\r-]' then '''' else '' end || csv_field.value as value
  ) as guarded;
$$;
comment on function private.csv_field(text) is
  'A value as a field of a CSV, safe to open in a spreadsheet; empty for null. private.unguard() undoes it.';
