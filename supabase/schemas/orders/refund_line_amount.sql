-- What pieces of a line are worth must add up: refunding them one after the other has to give back exactly what the
-- line cost, however it is divided. So the amount is a difference of two points of one running total, each rounded
-- half up.
create or replace function private.refund_line_amount(
  line public.order_lines, quantity integer, step bigint
) returns bigint
language plpgsql immutable
set search_path = ''
as $$
declare
  v_steps numeric := refund_line_amount.line.total_amount::numeric / refund_line_amount.step;
  v_pieces integer := refund_line_amount.line.quantity;
  v_before integer := refund_line_amount.line.refunded_quantity;
  v_after integer := v_before + refund_line_amount.quantity;
begin
  return refund_line_amount.step * (
    div(2 * v_steps * v_after + v_pieces, 2 * v_pieces) - div(2 * v_steps * v_before + v_pieces, 2 * v_pieces)
  );
end;
$$;
comment on function private.refund_line_amount(public.order_lines, integer, bigint) is
  'What so many more pieces of a line are worth, in steps of what can be charged: paid price with its share of '
  'coupons and tax.';
