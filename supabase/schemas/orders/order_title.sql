create or replace function private.order_title(status text, is_pickup boolean, order_name text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return format(
    case order_title.status
      when 'confirmed' then 'Your %s is confirmed'
      when 'processing' then 'Your %s is being prepared'
      when 'shipped' then case
        when order_title.is_pickup then 'Your %s is ready to be picked up'
        else 'Your %s is on its way'
      end
      when 'delivered' then case
        when order_title.is_pickup then 'Your %s was picked up'
        else 'Your %s was delivered'
      end
      when 'cancelled' then 'Your %s was cancelled'
    end,
    order_title.order_name
  );
end;
$$;
comment on function private.order_title(text, boolean, text) is
  'What a customer is told when an order reaches a status; null for a status nobody needs to be told about.';
