-- "1 299,00", "1'299.00" and "1299.–" are three ways to write one price.
create or replace function private.bare_number(value text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_number text := regexp_replace(private.tidy_line(normalize(bare_number.value, nfkc)), '[.,] ?(--?|–|—)$', '');
begin
  if v_number ~ '^[0-9]{1,3}([ ''’][0-9]{2,3})*[ ''’][0-9]{3}([.,][0-9]+)?$' then
    return translate(v_number, ' ''’', '');
  end if;
  return v_number;
end;
$$;
comment on function private.bare_number(text) is
  'A number as a spreadsheet shows it, without the spaces and apostrophes between its thousands. Null if empty.';
