-- A spreadsheet takes a cell that begins with one of these for a formula, which may call out of it. An apostrophe makes it text.
create or replace function private.csv_field(value text) returns text
language sql immutable
set search_path = ''
as $$
  select case
    when csv_field.value is null then ''
    when guarded.value ~ '[",;\r\n]' or guarded.value <> csv_field.value then '"' || replace(guarded.value, '"', '""') || '"'
    else guarded.value
  end
  from (select case when csv_field.value ~ '^\s*[=+@\t\r-]' then '''' || csv_field.value else csv_field.value end as value) as guarded;
$$;
comment on function private.csv_field(text) is 'A value as a field of a CSV, safe to open in a spreadsheet.';
