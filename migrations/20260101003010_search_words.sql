-- The words of the names of all products and their categories, once each: what a mistyped word is compared with. The list of words grows far slower than
-- the list of products, so a typo costs the same at a thousand products and at a million. Words are never taken out; a word
-- that no product has any more finds nothing and harms nobody.
create table private.search_words (
  word text primary key,
  latin text not null
);
create index search_words_latin_idx on private.search_words using gin (latin extensions.gin_trgm_ops) with (fastupdate = off);
create index search_words_latin_prefix_idx on private.search_words (latin text_pattern_ops);
alter table private.search_words enable row level security;
comment on table private.search_words is 'Vocabulary of the names of products and their categories, folded; `latin` is the word in Latin letters, so that "rangoli" finds रंगोली.';

create function private.product_words(name text) returns setof text
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
      when v_text ~ '[-+]' then concat_ws(
        ' ', translate(v_text, '-+', ''), replace(translate(v_text, '-', ' '), '+', ''), translate(v_text, '-+', '  ')
      )
      else v_text
    end,
    ' '
  ) as words (word)
  where length(words.word) between 3 and 40
    and words.word !~ '^[0-9.]+$';
end;
$$;
comment on function private.product_words(text) is
  'The words of a name that are worth correcting typos against: compounds as one, their parts, and the letters of those.';

create function private.learn_words(names text[]) returns void
language sql volatile
set search_path = ''
as $$
  -- In the order of the words, so that two writers that bring the same new words wait for each other instead of deadlocking.
  insert into private.search_words (word, latin)
  select words.word, private.transliterate(words.word)
  from (
    select distinct product_words as word
    from unnest(learn_words.names) as given (name)
    cross join private.product_words(given.name)
  ) as words
  where not exists (select from private.search_words where search_words.word = words.word)
  order by words.word
  on conflict do nothing;
$$;
comment on function private.learn_words(text[]) is 'Adds new words of these names to the vocabulary.';

create function private.tg_products__words() returns trigger
language plpgsql volatile
security definer -- the vocabulary is granted to nobody
set search_path = ''
as $$
begin
  -- Two conditions, not one: an insert has no old_rows, and an expression that names them cannot even be planned.
  if tg_op = 'UPDATE' then
    -- Not a join, which would be planned for the few rows of the first update and compare each with each in a large one.
    if not exists (
      select new_rows.id, new_rows.name, new_rows.category_id from new_rows
      except
      select old_rows.id, old_rows.name, old_rows.category_id from old_rows
    ) then
      return null;
    end if;
  end if;

  -- Of names and categories at once, for the sake of that order.
  perform private.learn_words(array(
    select new_rows.name
    from new_rows
    union
    select categories.name
    from public.categories
    where categories.id in (select new_rows.category_id from new_rows)
  ));
  return null;
end;
$$;
comment on function private.tg_products__words() is
  'After insert or update of products: adds new words of their names and categories to the vocabulary.';

create trigger _500_words_insert
  after insert on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__words();

create trigger _500_words_update
  after update on public.products
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_products__words();
