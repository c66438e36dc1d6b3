-- Customers may know that few are left; competitors need not read from it how much a store sells.
create or replace function private.shown_stock(available integer) returns integer
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when shown_stock.available <= 10 then shown_stock.available end;
end;
$$;
comment on function private.shown_stock(integer) is
  'How many pieces people who do not work for the store are told of: up to ten the exact number, above that null.';
