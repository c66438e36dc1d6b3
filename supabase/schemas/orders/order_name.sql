create or replace function private.order_name(reference text, store_name text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when order_name.reference is null then 'order at ' || order_name.store_name
    else format('order %s of %s', order_name.reference, order_name.store_name)
  end;
end;
$$;
comment on function private.order_name(text, text) is
  'What people are told an order is: numbers count within a store, so none is said without it. One never confirmed '
  'has no number.';
