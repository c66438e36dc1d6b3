-- RFC 4180 as spreadsheets write it: quotes, doubled quotes, line breaks inside quotes, CRLF, LF or CR, a byte order mark,
-- Excel's first line `sep=;`, and commas, semicolons, tabs or bars. One pass of a regular expression; a field either is quoted
-- whole or has no special meaning for quotes.
create function private.csv_delimiter(csv text) returns text
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

create function private.parse_csv(csv text) returns table (row_number integer, fields text[], is_malformed boolean)
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := regexp_replace(regexp_replace(parse_csv.csv, '^\ufeff', ''), '^"?sep=[,;|\t]"?(\r\n|\r|\n|$)', '', 'i');
  v_delimiter text := private.csv_delimiter(parse_csv.csv);
begin
  return query
  with tokens as (
    select matches.token[1] as field, matches.token[2] as ending, matches.position
    from regexp_matches(
      v_text,
      format('( *"(?:[^"]|"")*" *|[^%1$s\r\n]*)([%1$s]|\r\n|\n|\r|$)', v_delimiter),
      'g'
    ) with ordinality as matches (token, position)
  ),
  numbered as (
    select
      tokens.position,
      tokens.field,
      tokens.ending,
      -- A field belongs to the row that the line breaks before it have opened.
      count(*) filter (where tokens.ending <> v_delimiter)
        over (order by tokens.position rows between unbounded preceding and 1 preceding) as line
    from tokens
  )
  select
    (coalesce(numbered.line, 0) + 1)::integer,
    array_agg(
      case
        when numbered.field ~ '^ *"(?:[^"]|"")*" *$'
          then replace(regexp_replace(numbered.field, '^ *"|" *$', '', 'g'), '""', '"')
        else numbered.field
      end
      order by numbered.position
    ),
    bool_or(numbered.field like '"%' and numbered.field !~ '^"(?:[^"]|"")*" *$')
  from numbered
  group by numbered.line
  having bool_or(numbered.field ~ '[^\s\u00a0\u202f\u200b\ufeff]')
  order by 1;
end;
$$;
comment on function private.parse_csv(text) is
  'The rows of a CSV text that are not blank. A row whose quotes do not close is marked, and costs its neighbours nothing.';

-- A spreadsheet takes a cell that begins with one of these for a formula, which may call out of it. An apostrophe makes it text.
create function private.csv_field(value text) returns text
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
