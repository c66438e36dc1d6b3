-- A list without SKUs may be sent twice, and is then imported once.
create or replace function private.import_key(name text, category text, price_amount bigint) returns text
language sql immutable
set search_path = ''
as $$
  select concat_ws(
    e'\n',
    private.tidy_line(import_key.name),
    private.fold(private.tidy_line(import_key.category)),
    import_key.price_amount
  );
$$;
comment on function private.import_key(text, text, bigint) is
  'What a row without SKU is recognised by: its name, its category and its price in minor units.';
