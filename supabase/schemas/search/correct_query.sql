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
    select tokens.token
    from ts_parse('default', private.fold(left(correct_query.query, 200))) with ordinality as tokens (tokid, token, position)
    where tokens.token ~ '[[:alnum:]]' or ascii(tokens.token) > 127
    order by tokens.position
    limit 8
  loop
    continue when v_word !~ '\S';
    v_similar := array[v_word];
    if length(v_word) >= 3
      and not exists (select from private.search_words where search_words.word = v_word)
    then
      v_similar := private.similar_words(v_word);
      if cardinality(v_similar) = 0 then
        corrected := null;
        words := null;
        return;
      end if;
      v_changed := true;
    end if;
    select coalesce(
      (select string_agg(alternatives.term::text, ' | ') from unnest(v_similar) as similar_word
        cross join lateral (select plainto_tsquery('public.marketplace', similar_word) as term) as alternatives
        where numnode(alternatives.term) > 0),
      ''
    )::tsquery
    into v_group;
    continue when numnode(v_group) = 0;
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
