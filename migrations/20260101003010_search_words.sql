-- The words in the names of all products and their categories, once each: what a mistyped word is compared with.
-- They grow far slower than the products, so a typo costs the same at a thousand products and at a million. Words
-- are never removed; one that no product has any more finds nothing and does no harm.
create table private.search_words (
  word text primary key,
  latin text not null
);
create index search_words_latin_idx on private.search_words using gin (latin extensions.gin_trgm_ops)
  with (fastupdate = off);
create index search_words_latin_prefix_idx on private.search_words (latin text_pattern_ops);
alter table private.search_words enable row level security;
comment on table private.search_words is
  'Vocabulary of the names of products and their categories, folded; `latin` is the word in Latin letters, so '
  'that "rangoli" finds रंगोली.';
