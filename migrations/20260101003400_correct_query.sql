-- What somebody probably meant: words that no product has are replaced by the words most like them. Only asked when the words as
-- typed find next to nothing.
create function private.similar_words(word text) returns text[]
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
          select left(v_latin, place - 1) || substr(v_latin, place + 1, 1) || substr(v_latin, place, 1) || substr(v_latin, place + 2)
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
comment on function private.similar_words(text) is 'The words of the catalog most like this one: that begin with it, or look like it in Latin letters.';

create function private.is_word_known(word text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select from private.search_words where search_words.word = is_word_known.word)
    -- A word of a description, or with another ending.
    or exists (
      select
      from public.products
      where products.is_listed
        and products.search @@ private.search_query(is_word_known.word)
    );
end;
$$;
comment on function private.is_word_known(text) is 'Whether products are named, categorised or described so.';

create function private.correct_query(query text, out corrected tsquery, out words text)
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
        -- Another number is another thing, unless it is only the rest of this one.
        v_similar := array(
          select similar_word
          from unnest(v_similar) as similar_word
          where starts_with(similar_word, replace(v_word, '+', ''))
            or regexp_replace(similar_word, '[^0-9]+', ' ', 'g') = regexp_replace(v_word, '[^0-9]+', ' ', 'g')
        );
      end if;
      if cardinality(v_similar) = 0 and v_word ~ '\+' then
        -- Letters and digits each by themselves.
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
comment on function private.correct_query(text) is 'The query with unknown words replaced, and how to show it to a person; nulls when there is nothing to correct.';
