-- RFC 4180 as spreadsheets write it: quotes, doubled quotes, line breaks inside quotes, CRLF, LF or CR, a byte
-- order mark, Excel's first line `sep=;`, and commas, semicolons, tabs or bars as delimiters. One pass of a regular
-- expression; a field either is quoted as a whole, or quotes mean nothing in it.
create or replace function private.parse_csv(
  csv text
) returns table (row_number integer, fields text[], is_malformed boolean)
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := regexp_replace(
    regexp_replace(parse_csv.csv, '^\ufeff', ''), '^"?sep=[,;|\t]"?(\r\n|\r|\n|$)', '', 'i'
  );
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
  'The rows of a CSV text that are not blank, numbered from 1 (blank ones count). A row whose quotes do not close '
  'is marked as malformed; the rows beside it are read as usual.';
