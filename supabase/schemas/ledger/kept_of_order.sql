-- What we keep of an order after refunds follows from what is left of it, never from the steps in which it was given
-- back: the parts then add up to the whole, whatever their number and order. A refund of lines is of these lines. One
-- by
-- amount is of the goods first, and of shipping last.
create or replace function private.kept_of_order(
  order_id uuid, extra_amount bigint, out left_amount bigint, out commission_amount bigint, out discount_amount bigint
)
language plpgsql stable
security definer -- reads orders and refunds of others
set search_path = ''
as $$
declare
  v_order public.orders;
  v_refunded bigint;
  v_by_amount bigint;
  v_step bigint;
begin
  select * into v_order from public.orders where orders.id = kept_of_order.order_id;
  v_step := private.money_step(v_order.currency);
  -- A refund that names lines counts for them, as long as it was not cut to less than they cost.
  select
    coalesce(sum(refund.booked_amount), 0) + kept_of_order.extra_amount,
    coalesce(sum(refund.booked_amount - case when refund.booked_amount >= refund.lines_amount then refund.lines_amount
      else 0 end), 0) + kept_of_order.extra_amount
  into v_refunded, v_by_amount
  from (
    select
      refunds.booked_amount,
      (select coalesce(sum(refund_lines.amount), 0) from public.refund_lines where refund_lines.refund_id = refunds.id)
        as lines_amount
    from public.refunds
    where refunds.order_id = v_order.id and refunds.booked_amount > 0
  ) as refund;
  left_amount := v_order.total_amount - v_refunded;
  commission_amount := 0;
  discount_amount := 0;
  if (v_order.total_amount > 0 and left_amount = 0) or (v_order.total_amount = 0 and v_order.status = 'cancelled') then
    return;
  end if;
  discount_amount := case
    when v_order.total_amount = 0 then v_order.platform_discount_amount
    else v_step * div(
      2 * (v_order.platform_discount_amount / v_step)::numeric * left_amount + v_order.total_amount,
      2 * v_order.total_amount::numeric
    )
  end;
  with line as (
    select
      order_lines.commission_amount, order_lines.total_amount,
      greatest(order_lines.total_amount - coalesce((
        select sum(refund_lines.amount)
        from public.refund_lines
        join public.refunds on refunds.id = refund_lines.refund_id
        where refund_lines.order_line_id = order_lines.id
          and refunds.booked_amount > 0
          and refunds.booked_amount >= (
            select sum(all_lines.amount) from public.refund_lines as all_lines where all_lines.refund_id = refunds.id
          )
      ), 0), 0) as left_amount
    from public.order_lines
    where order_lines.order_id = v_order.id
  )
  select

    sum(
      case
        when line.total_amount = 0 then line.commission_amount
        when goods.left_amount = 0 then 0
        else v_step * div(
          2 * (line.commission_amount / v_step)::numeric * line.left_amount
              * (goods.left_amount - least(v_by_amount, goods.left_amount))
            + line.total_amount * goods.left_amount,
          2 * line.total_amount * goods.left_amount
        )
      end
    )
  into commission_amount
  from line
  cross join (select sum(line.left_amount) as left_amount from line) as goods;
end;
$$;
comment on function private.kept_of_order(uuid, bigint) is
  'What is left of a paid order after the refunds that the ledger has, and after extra_amount more by amount: of its '
  'price, of its commission and of the discounts that the marketplace bears; each rounded half up to what can be '
  'charged. In minor units.';
