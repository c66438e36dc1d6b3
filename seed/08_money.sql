-- The money of the sales: sent to the stores that have opened their account at the provider, with a debt (a store that had
-- nothing left to give back after a refund) and a dispute that the bank has not decided. Everything by the product's own
-- functions, as the provider would answer.
do $$
declare
  v_id uuid;
  v_fact jsonb;
  v_order record;
  v_refund public.refunds;
begin
  -- Delivered two months ago or less: the dates of the orders were moved, so the days of holding are, too.
  update private.earnings
  set release_at = orders.delivered_at + make_interval(days => settings.payout_hold_days)
  from public.orders, private.settings
  where orders.id = earnings.order_id and orders.delivered_at is not null;

  insert into public.payout_accounts (store_id) select stores.id from public.stores where stores.status = 'active';
  perform public.attach_payout_account(stores.id, 'acct_seed_' || stores.slug)
  from public.stores
  where stores.status = 'active';
  perform public.apply_payment_event(
    'evt_seed_account_' || stores.slug, 'account.updated', now(), false,
    jsonb_build_object(
      'kind', 'account', 'account_id', 'acct_seed_' || stores.slug, 'country', stores.country_code,
      'default_currency', stores.currency, 'details_submitted', true, 'charges_enabled', true,
      'transfers_enabled', true, 'payouts_enabled', true
    )
  )
  from public.stores
  where stores.status = 'active';

  for v_id in select listed.transfer_id from public.list_transfers_to_make(500) as listed order by listed.transfer_id loop
    v_fact := public.prepare_transfer_for_job(v_id);
    if v_fact ->> 'status' = 'pending' then
      perform public.record_transfer(v_id, 'tr_seed_' || v_id);
    end if;
  end loop;

  -- A refund of a sale that its store was sent: the provider finds nothing left to take back.
  select orders.id, orders.currency into strict v_order
  from public.orders
  join public.transfers on transfers.order_id = orders.id
  where orders.payment_status = 'paid'
  order by orders.id
  limit 1;
  v_refund := public.request_refund(v_order.id, amount => 500, reason => 'It arrived with a scratch.');
  v_refund := public.decide_refund(v_refund.id, true);
  perform public.attach_refund(v_refund.id, 're_seed_scratch', 'succeeded');
  for v_id in select listed.reversal_id from public.list_reversals_to_make(500) as listed loop
    perform public.prepare_reversal_for_job(v_id);
    perform public.record_reversal_failure(v_id, 'balance_insufficient', 'The account has nothing left.');
  end loop;

  -- A dispute of another sale: its store is heard, and gives back what it was sent until the bank has decided.
  select orders.id, payments.provider_payment_id as intent_id, payments.amount, payments.currency into strict v_order
  from public.orders
  join public.transfers on transfers.order_id = orders.id
  join public.payments on payments.checkout_id = orders.checkout_id and payments.provider = 'stripe'
  where orders.payment_status = 'paid'
  order by orders.id desc
  limit 1;
  perform public.apply_payment_event(
    'evt_seed_dispute', 'charge.dispute.created', now(), false,
    jsonb_build_object(
      'kind', 'dispute', 'dispute_id', 'du_seed', 'intent_id', v_order.intent_id, 'amount', v_order.amount,
      'currency', v_order.currency, 'reason', 'product_not_received', 'status', 'needs_response', 'fee_amount', 1500,
      'evidence_due_at', now() + interval '9 days'
    )
  );
  for v_id in select listed.reversal_id from public.list_reversals_to_make(500) as listed loop
    perform public.prepare_reversal_for_job(v_id);
    perform public.record_reversal(v_id, 'trr_seed_' || v_id);
  end loop;

  -- Told long ago.
  update private.outbox set status = 'sent', sent_at = now(), provider_id = 'seed' where outbox.status = 'pending';
  update public.notifications set read_at = now() where notifications.read_at is null;
end;
$$;
