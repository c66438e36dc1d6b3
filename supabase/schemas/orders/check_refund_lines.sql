create or replace function private.check_refund_lines(order_id uuid, lines jsonb) returns void
language plpgsql stable
security definer -- reads the order's lines
set search_path = ''
as $$
begin
  if jsonb_typeof(check_refund_lines.lines) <> 'array'
    or jsonb_array_length(check_refund_lines.lines) not between 1 and 500
  then
    raise sqlstate 'PT422' using
      message = 'lines is a list.', detail = 'invalid_refund',
      hint = 'Send [{"order_line_id": "…", "quantity": 1}, …].';
  end if;
  if exists (
    select from jsonb_array_elements(check_refund_lines.lines) as item
    where jsonb_typeof(item.value) <> 'object'
      or coalesce(item.value ->> 'order_line_id', '') !~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
      or coalesce(item.value ->> 'quantity', '') !~ '^[1-9][0-9]{0,5}$'
  ) then
    raise sqlstate 'PT422' using
      message = 'Each line has an order_line_id and a whole quantity from 1.', detail = 'invalid_refund',
      hint = 'Send [{"order_line_id": "…", "quantity": 1}, …].';
  end if;
  if exists (
    select from (
      -- Compared as ids, not as text: one id may be written in capitals and in small letters.
      select
        (item.value ->> 'order_line_id')::uuid as order_line_id,
        sum((item.value ->> 'quantity')::integer) as quantity
      from jsonb_array_elements(check_refund_lines.lines) as item
      group by 1
    ) as wanted
    left join public.order_lines
      on order_lines.id = wanted.order_line_id and order_lines.order_id = check_refund_lines.order_id
    where order_lines.id is null or wanted.quantity > order_lines.quantity - order_lines.refunded_quantity
  ) then
    raise sqlstate 'PT409' using
      message = 'That is more than was bought and not refunded yet.', detail = 'refund_exceeds_payment';
  end if;
end;
$$;
comment on function private.check_refund_lines(uuid, jsonb) is
  'Refuses lines that are not the order''s, or more of them than are left. Errors: invalid_refund, '
  'refund_exceeds_payment.';
