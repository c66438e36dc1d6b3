create or replace function private.order_title(status text, reference text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case status
    when 'confirmed' then format('Your order %s is confirmed', reference)
    when 'processing' then format('Your order %s is being prepared', reference)
    when 'shipped' then format('Your order %s is on its way', reference)
    when 'delivered' then format('Your order %s was delivered', reference)
    when 'cancelled' then case when reference is null then 'Your order was cancelled' else format('Your order %s was cancelled', reference) end
  end;
end;
$$;
comment on function private.order_title(text, text) is 'What a customer is told when an order reaches a status; null for a status nobody needs to be told about.';
