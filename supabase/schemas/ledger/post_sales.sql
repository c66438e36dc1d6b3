-- Called last by whoever made orders paid: a card payment that arrived, cash that the store recorded, an order that
-- costs its customer nothing. What the customer paid and what the marketplace adds for its own discounts is the
-- store's, less the commission; cash is in the store's till already.
create or replace function private.post_sales(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_drafts private.ledger_draft[];
begin
  with sale as (
    select
      orders.id, orders.store_id, orders.currency, orders.total_amount, orders.platform_discount_amount, payments.id
        as payment_id,
      coalesce(payments.provider = 'cash', false) as is_cash,
      (
        select sum(order_lines.commission_amount) from public.order_lines where order_lines.order_id = orders.id
      )::bigint as commission_amount
    from public.orders
    left join public.payments
      on payments.checkout_id = orders.checkout_id
        and payments.status = 'succeeded'
        and (payments.order_id is null or payments.order_id = orders.id)
    where orders.id = any (post_sales.order_ids)
  ),
  earning as (
    insert into private.earnings (
      id, order_id, payment_id, store_id, currency, charged_amount, earned_amount, commission_amount, discount_amount
    )
    select
      sale.id, sale.id, sale.payment_id, sale.store_id, sale.currency,
      case when sale.is_cash then 0 else sale.total_amount end,
      case when sale.is_cash then 0 else sale.total_amount end + sale.platform_discount_amount - sale.commission_amount,
      sale.commission_amount, sale.platform_discount_amount
    from sale
  )
  select array_agg(
    (item.kind, sale.id, 0, sale.id, item.account, item.store_id, sale.currency, item.amount,
      null)::private.ledger_draft
    order by sale.store_id, item.place
  )
  into v_drafts
  from sale
  cross join lateral (
    values
      (1, case when sale.is_cash then 'cash_sale' else 'sale' end,
        case when sale.is_cash then 'cash' else 'provider' end,
        case when sale.is_cash then sale.store_id end, sale.total_amount),
      (2, case when sale.is_cash then 'cash_sale' else 'sale' end, 'discounts', null, sale.platform_discount_amount),
      (3, case when sale.is_cash then 'cash_sale' else 'sale' end, 'store', sale.store_id,
        -(sale.total_amount + sale.platform_discount_amount)),
      (4, 'commission', 'store', sale.store_id, sale.commission_amount),
      (5, 'commission', 'commission', null, -sale.commission_amount),
      (6, 'cash_kept', 'store', sale.store_id, case when sale.is_cash then sale.total_amount else 0 end),
      (7, 'cash_kept', 'cash', sale.store_id, case when sale.is_cash then -sale.total_amount else 0 end)
  ) as item (place, kind, account, store_id, amount)
  where item.amount <> 0;
  perform private.post(v_drafts);
end;
$$;
comment on function private.post_sales(uuid[]) is
  'Writes down that these orders were paid: the sale, its commission, and for cash that the store has kept it.';
