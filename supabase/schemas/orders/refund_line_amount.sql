create or replace function private.refund_line_amount(line public.order_lines, quantity integer, step bigint) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Differences of a running total, half up, so that refunding one piece after the other gives back exactly the line.
  return step * (
    div(2 * line.total_amount::numeric / step * (line.refunded_quantity + quantity) + line.quantity, 2 * line.quantity)
    - div(2 * line.total_amount::numeric / step * line.refunded_quantity + line.quantity, 2 * line.quantity)
  );
end;
$$;
comment on function private.refund_line_amount(public.order_lines, integer, bigint) is
  'What so many more pieces of a line are worth, in steps of what can be charged: paid price with its share of coupons and tax.';
