create or replace function private.capital_spellings(words text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_lower constant text := lower(capital_spellings.words collate pg_c_utf8);
begin
  return concat_ws(' ', v_lower, upper(capital_spellings.words collate pg_c_utf8), (
    select string_agg(upper(left(given.word, 1) collate pg_c_utf8) || substr(given.word, 2), ' ')
    from string_to_table(v_lower, ' ') as given (word)
  ));
end;
$$;
comment on function private.capital_spellings(text) is
  'Words in small letters, in capitals, and with a capital at the beginning of each.';
