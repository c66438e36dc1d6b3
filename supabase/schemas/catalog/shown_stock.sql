-- How a product is shown: briefly in lists, whole on its own page. Set-based, because a list asks for twenty at once. Callers
-- have decided already that their caller may see these products.
create or replace function private.shown_stock(available integer) returns integer
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when available <= 10 then available end;
end;
$$;
comment on function private.shown_stock(integer) is
  'How many pieces are told to people who do not work for the store: up to ten exactly, above that nothing (null). '
  'Enough to hurry, not enough to read a competitor''s books.';
