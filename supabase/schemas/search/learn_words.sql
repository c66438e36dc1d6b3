create or replace function private.learn_words(names text[]) returns void
language plpgsql volatile
set search_path = ''
set enable_seqscan = off -- the plan is kept, and may have been made while there were few words
as $$
begin
  -- In the order of the words, so that two writers that bring the same new words wait for each other instead of
  -- deadlocking.
  insert into private.search_words (word, latin)
  select words.word, private.transliterate(words.word)
  from (
    select distinct product_words as word
    from unnest(learn_words.names) as given (name)
    cross join private.product_words(given.name)
  ) as words
  -- Looked up word by word: a join would read all there are.
  where (select search_words.word from private.search_words where search_words.word = words.word) is null
  order by words.word
  on conflict do nothing;
end;
$$;
comment on function private.learn_words(text[]) is 'Adds new words of these names to the vocabulary.';
