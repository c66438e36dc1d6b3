create or replace function private.is_word_known(word text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select from private.search_words where search_words.word = is_word_known.word)
    -- It stands in a description, or in a name with another ending.
    or exists (
      select
      from public.products
      where products.is_listed
        and products.search @@ private.search_query(is_word_known.word)
    );
end;
$$;
comment on function private.is_word_known(text) is
  'Whether a listed product, or its category, has this word in its name, or the product in its description.';
