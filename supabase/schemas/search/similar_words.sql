create or replace function private.similar_words(word text) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_latin text := private.transliterate(similar_words.word);
begin
  if length(v_latin) < 2 then
    return '{}';
  end if;
  return array(
    select candidates.word
    from (
      -- The beginning of a word, as typed so far …
      (
        select search_words.word, 1 as closeness
        from private.search_words
        where search_words.latin like regexp_replace(v_latin, '([\\%_])', '\\\1', 'g') || '%'
        order by length(search_words.latin), search_words.latin
        limit 3
      )
      union all
      -- … two letters swapped, or one too many …
      (
        select search_words.word, 0.9
        from private.search_words
        where search_words.latin = any (array(
          select left(v_latin, place - 1)
            || substr(v_latin, place + 1, 1) || substr(v_latin, place, 1) || substr(v_latin, place + 2)
          from generate_series(1, length(v_latin) - 1) as place
          union
          select left(v_latin, place - 1) || substr(v_latin, place + 1)
          from generate_series(1, length(v_latin)) as place
        ))
        limit 3
      )
      union all
      -- … or another slip of the finger.
      (
        select search_words.word, extensions.similarity(search_words.latin, v_latin)
        from private.search_words
        where search_words.latin operator(extensions.%) v_latin
          and abs(length(search_words.latin) - length(v_latin)) <= 3
        order by extensions.similarity(search_words.latin, v_latin) desc, search_words.word
        limit 3
      )
    ) as candidates
    group by candidates.word
    order by max(candidates.closeness) desc, candidates.word
    limit 4
  );
end;
$$;
comment on function private.similar_words(text) is
  'The words of the catalog most like this one, at most four: those that begin with it, or look like it in Latin '
  'letters.';
