create or replace function private.product_words(name text) returns setof text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_text constant text := private.search_text(product_words.name);
begin
  return query
  select distinct words.word
  from string_to_table(
    case
      when v_text like '%-%' or v_text like '%+%' then concat_ws(
        ' ', translate(v_text, '-+', ''), replace(translate(v_text, '-', ' '), '+', ''), translate(v_text, '-+', '  ')
      )
      else v_text
    end,
    ' '
  ) as words (word)
  where length(words.word) between 3 and 40
    and btrim(words.word, '0123456789.') <> '';
end;
$$;
comment on function private.product_words(text) is
  'The words of a name that are worth correcting typos against: compounds as one, their parts, and the letters of '
  'those.';
