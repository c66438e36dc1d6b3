-- Somebody took a part of a payment that several orders were paid with. Each order bears it in proportion to what
-- is left of it, so no store is asked for more than its customers' money.
create or replace function private.shares_of_payment(payment public.payments, taken_amount bigint)
returns table (order_id uuid, store_id uuid, customer_id uuid, amount bigint)
language plpgsql stable
security definer -- nobody holds a write grant on what this is asked for
set search_path = ''
as $$
declare
  v_order_ids uuid[];
  v_store_ids uuid[];
  v_customer_ids uuid[];
  v_weights bigint[];
  v_step bigint := private.money_step(shares_of_payment.payment.currency);
begin
  -- Refunds of ours that were not sent yet are not left to be shared out, unless more was taken than all the rest.
  select
    array_agg(part.order_id), array_agg(part.store_id), array_agg(part.customer_id),
    array_agg(part.left_amount + case when part.is_short then part.unsent_amount else 0 end)
  into v_order_ids, v_store_ids, v_customer_ids, v_weights
  from (
    select parts.*, shares_of_payment.taken_amount > sum(parts.left_amount) over () as is_short
    from private.parts_of_payment(shares_of_payment.payment) as parts
    order by parts.order_id
  ) as part;
  if shares_of_payment.taken_amount % v_step <> 0 then
    v_step := 1;
  end if;
  return query
  select share.order_id, share.store_id, share.customer_id, share.amount
  from unnest(
    v_order_ids, v_store_ids, v_customer_ids,
    private.allocate(
      least(shares_of_payment.taken_amount, (select sum(weight)::bigint from unnest(v_weights) as weight)),
      v_weights, v_step
    )
  ) as share (order_id, store_id, customer_id, amount)
  where share.amount > 0;
end;
$$;
comment on function private.shares_of_payment(public.payments, bigint) is
  'Shares out what was taken from a payment over its orders: by what is left of each, largest remainder, of equal '
  'ones the lowest id. The shares add up to less than what was taken if there was not that much.';
