create or replace function private.refund_line_amount(line public.order_lines, quantity integer, step bigint) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Differences of a running total, half up, so that refunding one piece after the other gives back exactly the line.
  return refund_line_amount.step * (
    div(2 * refund_line_amount.line.total_amount::numeric / refund_line_amount.step * (refund_line_amount.line.refunded_quantity + refund_line_amount.quantity) + refund_line_amount.line.quantity, 2 * refund_line_amount.line.quantity)
    - div(2 * refund_line_amount.line.total_amount::numeric / refund_line_amount.step * refund_line_amount.line.refunded_quantity + refund_line_amount.line.quantity, 2 * refund_line_amount.line.quantity)
  );
end;
$$;
comment on function private.refund_line_amount(public.order_lines, integer, bigint) is
  'What so many more pieces of a line are worth, in steps of what can be charged: paid price with its share of coupons and tax.';
