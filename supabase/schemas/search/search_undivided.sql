create or replace function private.search_undivided(words text, literal tsvector) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  c_max_length constant integer := 200; -- of a query, too; a lexeme has at most 2,046 bytes
begin
  return coalesce((
    select string_agg('''' || undivided.word || ''':' || least(undivided.place, 16383), ' ')
    from (
      select given.word, min(given.place)
      from string_to_table(search_undivided.words, ' ') with ordinality as given (word, place)
      where length(given.word) between 1 and c_max_length
        and given.word !~ ('[' || private.unspaced_letters() || ']')
        and given.word not in (select unnest(tsvector_to_array(search_undivided.literal)))
      group by given.word
    ) as undivided (word, place)
  ), '')::tsvector;
end;
$$;
comment on function private.search_undivided(text, tsvector) is
  'The words that are not among the lexemes that the parser made of them, each as a whole.';
