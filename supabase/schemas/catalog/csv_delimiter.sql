create or replace function private.csv_delimiter(csv text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  -- What stands in quotes separates nothing.
  v_first_line text := regexp_replace(
    (regexp_match(csv_delimiter.csv, '^[\ufeff\r\n]*([^\r\n]*)'))[1], '"(?:[^"]|"")*"', '', 'g'
  );
  v_said text := (regexp_match(csv_delimiter.csv, '^\ufeff?"?sep=([,;|\t])"?(?:[\r\n]|$)', 'i'))[1];
begin
  return coalesce(v_said, (
    select candidate.sign
    from unnest(array[',', ';', e'\t', '|']) with ordinality as candidate (sign, position)
    order by length(v_first_line) - length(replace(v_first_line, candidate.sign, '')) desc, candidate.position
    limit 1
  ));
end;
$$;
comment on function private.csv_delimiter(text) is
  'What separates the fields of a CSV text: as its line `sep=` says, else the sign that its first line has most of.';
