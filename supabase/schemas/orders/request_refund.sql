-- The first half of a refund: what is asked for is written down, and nothing is promised yet. The store decides
-- with decide_refund, because it has to see the goods, or the reason, first.
create or replace function private.request_refund(
  order_id uuid, lines jsonb, amount bigint, reason text
) returns public.refunds
language plpgsql volatile
security definer -- clients hold no write grant on refunds
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user_or_operator();
  v_order public.orders;
  v_actor text;
  v_left bigint;
  v_amount bigint := request_refund.amount;
  v_line_ids uuid[];
  v_quantities integer[];
  v_step bigint;
  v_refund public.refunds;
begin
  select * into v_order from public.orders where orders.id = request_refund.order_id for no key update;
  v_actor := private.order_actor(
    v_order.id, v_order.customer_id, v_order.store_id, array['customer', 'owner', 'manager']
  );

  if request_refund.reason is not null
    and (request_refund.reason = '' or not private.is_prose(request_refund.reason, 1000))
  then
    raise sqlstate 'PT422' using
      message = 'A reason has at most 1000 characters.', detail = 'invalid_reason';
  end if;
  if request_refund.lines is not null and request_refund.amount is not null then
    raise sqlstate 'PT422' using
      message = 'Refund by lines or by amount, not both.', detail = 'invalid_refund';
  end if;
  perform private.require_undisputed(payments.id)
  from public.payments
  where payments.checkout_id = v_order.checkout_id and payments.provider = 'stripe';
  if v_order.payment_status = 'unpaid' then
    raise sqlstate 'PT409' using
      message = 'Nothing was paid for this order.', detail = 'order_unpaid';
  end if;
  if exists (select from public.refunds where refunds.order_id = v_order.id and refunds.status = 'requested') then
    raise sqlstate 'PT409' using
      message = 'A request for this order is waiting for a decision.', detail = 'refund_already_requested';
  end if;

  v_step := private.money_step(v_order.currency);
  v_left := v_order.total_amount - v_order.refunded_amount - v_order.refunding_amount;
  if request_refund.lines is not null then
    perform private.check_refund_lines(v_order.id, request_refund.lines);
    select array_agg(wanted.order_line_id), array_agg(wanted.quantity)
    into v_line_ids, v_quantities
    from (
      select
        (item.value ->> 'order_line_id')::uuid as order_line_id,
        sum((item.value ->> 'quantity')::integer)::integer as quantity
      from jsonb_array_elements(request_refund.lines) as item
      group by 1
    ) as wanted;
    select sum(private.refund_line_amount(order_lines, wanted.quantity, v_step)) into v_amount
    from unnest(v_line_ids, v_quantities) as wanted (order_line_id, quantity)
    join public.order_lines on order_lines.id = wanted.order_line_id;
    -- Earlier refunds by amount may have given back a part of what these lines cost.
    v_amount := least(v_amount, v_left);
  elsif request_refund.amount is null then
    -- A refund of all that is left names all pieces that are left, so that the store can put them back on the shelf.
    select array_agg(order_lines.id), array_agg(order_lines.quantity - order_lines.refunded_quantity)
    into v_line_ids, v_quantities
    from public.order_lines
    where order_lines.order_id = v_order.id and order_lines.quantity > order_lines.refunded_quantity;
  end if;
  v_amount := coalesce(v_amount, v_left);
  if v_left = 0 or v_amount > v_left then
    raise sqlstate 'PT409' using
      message = 'That is more than was paid and not refunded yet.', detail = 'refund_exceeds_payment',
      hint = format('left: %s', v_left);
  end if;
  if v_amount < 1 or v_amount % v_step <> 0 then
    raise sqlstate 'PT422' using
      message = format('A refund is at least %s minor unit(s), and whole multiples of that.', v_step),
      detail = 'invalid_refund';
  end if;

  insert into public.refunds (order_id, store_id, customer_id, requested_by, origin, status, currency, amount, reason)
  values (
    v_order.id, v_order.store_id, v_order.customer_id, v_user_id, v_actor, 'requested', v_order.currency, v_amount,
    request_refund.reason
  )
  returning * into v_refund;
  insert into public.refund_lines (refund_id, order_line_id, quantity, amount)
  select v_refund.id, order_lines.id, wanted.quantity, private.refund_line_amount(order_lines, wanted.quantity, v_step)
  from unnest(v_line_ids, v_quantities) as wanted (order_line_id, quantity)
  join public.order_lines on order_lines.id = wanted.order_line_id;
  return v_refund;
end;
$$;
comment on function private.request_refund(uuid, jsonb, bigint, text) is 'See public.request_refund.';
grant execute on function private.request_refund(uuid, jsonb, bigint, text) to anon, authenticated;

create or replace function public.request_refund(
  order_id uuid, lines jsonb default null, amount bigint default null, reason text default null
) returns public.refunds
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.request_refund(
    request_refund.order_id, request_refund.lines, request_refund.amount, request_refund.reason
  );
$$;
comment on function public.request_refund(uuid, jsonb, bigint, text) is
  'The customer asks for money back, or the store prepares to give it: for lines ([{"order_line_id", '
  '"quantity"}]), for an amount, or for all that is left. The store decides with decide_refund. Errors: '
  'not_signed_in, account_required, session_revoked, order_not_found, store_role_required, invalid_reason, '
  'invalid_refund, order_unpaid, refund_already_requested, refund_exceeds_payment, payment_disputed.';
grant execute on function public.request_refund(uuid, jsonb, bigint, text) to anon, authenticated;
