create or replace function private.import_key(name text, category text, price_amount bigint) returns text
language sql immutable
set search_path = ''
as $$
  select concat_ws(e'\n', private.tidy_line(import_key.name), private.fold(private.tidy_line(import_key.category)), import_key.price_amount);
$$;
comment on function private.import_key(text, text, bigint) is
  'By what a row without SKU is known again, so that the same list sent twice is imported once.';
