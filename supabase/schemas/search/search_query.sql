create or replace function private.search_query(value text) returns tsquery
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_word text;
  v_stems text[];
  v_term text;
  v_terms text[] := '{}';
  v_stop_words text[] := '{}';
begin
  foreach v_word in array string_to_array(private.search_text(search_query.value), ' ') loop
    if v_word ~ '-' then
      -- "t-shirt" is written "T Shirt" or "Tshirt" as well.
      v_term := format(
        '((%s) | (%s))',
        (select string_agg(private.search_term(parts.part), ' & ') from string_to_table(v_word, '-') as parts (part)),
        private.search_term(replace(
          regexp_replace(v_word, '(?<=[0-9])-(?=[^0-9])|(?<=[^0-9])-(?=[0-9])', '+', 'g'), '-', ''
        ))
      );
    elsif v_word ~ '[^a-z]' then
      v_term := private.search_term(v_word);
    else
      v_stems := ts_lexize('pg_catalog.english_stem', v_word);
      v_term := format('''%s''', v_stems[1]);
      if cardinality(v_stems) = 0 then
        v_stop_words := v_stop_words || format('''%s''', v_word);
        continue;
      end if;
    end if;
    v_terms := v_terms || v_term;
  end loop;
  -- Nothing but stop words: they are taken literally.
  return nullif(array_to_string(case when v_terms = '{}' then v_stop_words else v_terms end, ' & '), '')::tsquery;
end;
$$;
comment on function private.search_query(text) is
  'What finds all of these words in a document of private.search_document(). Null if there are none.';
