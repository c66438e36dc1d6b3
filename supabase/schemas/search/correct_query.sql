-- What somebody probably meant: words that no product has are replaced by the words most like them. Asked only when
-- the words as typed find nothing.
create or replace function private.correct_query(query text, out corrected tsquery, out words text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_word text;
  v_similar text[];
  v_group tsquery;
  v_changed boolean := false;
begin
  for v_word in
    select typed.word
    from string_to_table(translate(private.search_text(left(correct_query.query, 200)), '-', ' '), ' ')
      with ordinality as typed (word, place)
    where typed.word <> ''
    order by typed.place
    limit 8
  loop
    continue when ts_lexize('pg_catalog.english_stem', v_word) = '{}';
    v_similar := array[replace(v_word, '+', '')];
    v_group := null;
    if length(v_word) >= 3 and v_word !~ '^[0-9.]+$' and not private.is_word_known(v_similar[1]) then
      v_similar := private.similar_words(v_similar[1]);
      if v_word ~ '[0-9]' then
        -- Another number means another thing, unless it is the typed one continued.
        v_similar := array(
          select similar_word
          from unnest(v_similar) as similar_word
          where starts_with(similar_word, replace(v_word, '+', ''))
            or regexp_replace(similar_word, '[^0-9]+', ' ', 'g') = regexp_replace(v_word, '[^0-9]+', ' ', 'g')
        );
      end if;
      if cardinality(v_similar) = 0 and v_word ~ '\+' then
        -- Try the letters and the digits each by themselves.
        select correction.corrected, array[correction.words] into v_group, v_similar
        from private.correct_query(replace(v_word, '+', ' ')) as correction;
      end if;
      if v_similar[1] is null then
        corrected := null;
        words := null;
        return;
      end if;
      v_changed := true;
    end if;
    v_group := coalesce(v_group, (
      select string_agg(format('(%s)', alternatives.term), ' | ')
      from unnest(v_similar) as similar_word
      cross join lateral private.search_query(similar_word) as alternatives (term)
    )::tsquery);
    corrected := case when corrected is null then v_group else corrected && v_group end;
    words := concat_ws(' ', words, v_similar[1]);
  end loop;
  if not v_changed then
    corrected := null;
    words := null;
  end if;
end;
$$;
comment on function private.correct_query(text) is
  'The query with unknown words replaced, and how to show it to a person; nulls when there is nothing to correct.';
