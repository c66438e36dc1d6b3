-- Called last by whoever decided a refund, or learned of one: from then on the store is not owed that money any more,
-- whenever the provider carries it out. A refund that was cut or that failed is taken back in the same way.
create or replace function private.post_refunds(checkout_ids uuid[]) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_earning_ids uuid[] := array(
    select earnings.id from private.earnings
    join public.orders on orders.id = earnings.order_id
    where orders.checkout_id = any (post_refunds.checkout_ids)
    union all
    select earnings.id from private.earnings
    join public.bookings on bookings.id = earnings.booking_id
    where bookings.checkout_id = any (post_refunds.checkout_ids)
  );
  v_refund record;
begin
  perform private.lock_store_accounts(v_earning_ids);
  for v_refund in
    select
      refunds.id, coalesce(refunds.order_id, refunds.booking_id) as earning_id, refunds.origin,
      refunds.booked_amount, refunds.currency, payments.provider,
      change.new_amount,
      case
        when change.new_amount = 0 then 'refund_returned'
        when refunds.booked_amount = 0 then 'refund'
        else 'refund_cut'
      end as kind
    from public.payments
    join public.refunds on refunds.payment_id = payments.id
    cross join lateral (
      select case when refunds.status in ('approved', 'processing', 'succeeded') then refunds.amount else 0 end
    ) as change (new_amount)
    where payments.checkout_id = any (post_refunds.checkout_ids) and refunds.booked_amount <> change.new_amount
    -- What was taken back makes room for what is new.
    order by change.new_amount > refunds.booked_amount, refunds.id
  loop
    update public.refunds set booked_amount = v_refund.new_amount where refunds.id = v_refund.id;
    perform private.post_change(
      v_refund.kind, v_refund.id, case when v_refund.kind = 'refund_cut' then v_refund.new_amount else 0 end,
      v_refund.earning_id, v_refund.currency,
      case
        when v_refund.provider = 'cash' then null
        when v_refund.origin = 'dispute' then 'disputed'
        else 'provider'
      end,
      v_refund.new_amount - v_refund.booked_amount
    );
  end loop;
  -- An order over nothing has no refund, but the marketplace's discount goes back with it.
  perform private.post_change('cancellation', orders.id, 0, orders.id, orders.currency, null, 0)
  from public.orders
  join private.earnings on earnings.order_id = orders.id
  where orders.checkout_id = any (post_refunds.checkout_ids)
    and orders.total_amount = 0
    and orders.status = 'cancelled'
    and earnings.discount_amount + earnings.commission_amount > 0
  order by orders.store_id;
  perform private.refresh_held(v_earning_ids);
  perform private.plan_reversals(v_earning_ids);
end;
$$;
comment on function private.post_refunds(uuid[]) is
  'Brings the ledger to what the refunds of locked checkouts are now, works out anew what open disputes may cost, '
  'and decides what must come back from stores that were sent too much. Repeating it changes nothing.';
