-- Between the decision and the call a customer may have been refunded. So the amount is looked at once more, and from
-- here on it stands: the provider is only ever asked for the same with the same key.
create or replace function private.prepare_transfer_for_job(transfer_id uuid) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on transfers
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_transfer public.transfers;
  v_earning private.earnings;
  v_money record;
  v_amount bigint;
  v_called_at timestamptz;
begin
  v_transfer := private.lock_transfer(prepare_transfer_for_job.transfer_id);
  select * into v_earning from private.earnings where earnings.id = v_transfer.earning_id;
  v_called_at := v_transfer.called_at;
  if v_transfer.status = 'pending' and v_called_at is null then
    v_money := private.store_money(v_transfer.store_id, v_transfer.currency);
    -- This transfer itself is among what is being sent.
    v_amount := least(
      v_transfer.amount,
      v_earning.earned_amount - v_earning.held_amount - v_earning.transferred_amount
        - (v_earning.transferring_amount - v_transfer.amount),
      v_money.payable_amount - v_money.debt_amount + v_transfer.amount
    );
    if v_amount < v_transfer.amount then
      update private.earnings
      set transferring_amount = earnings.transferring_amount - (v_transfer.amount - greatest(v_amount, 0))
      where earnings.id = v_earning.id;
    end if;
    update public.transfers
    set amount = case when v_amount > 0 then v_amount else transfers.amount end,
      status = case when v_amount > 0 then 'pending' else 'canceled' end,
      called_at = case when v_amount > 0 then now() end
    where transfers.id = v_transfer.id
    returning * into v_transfer;
  end if;
  return (
    select jsonb_build_object(
      'transfer_id', v_transfer.id, 'status', v_transfer.status, 'attempt', v_transfer.attempt,
      'amount', v_transfer.amount, 'currency', v_transfer.currency, 'account_id', payout_accounts.provider_account_id,
      'source_charge_id', charge.charge_id, 'transfer_group', paid.checkout_id, 'store_id', v_transfer.store_id,
      'order_id', v_transfer.order_id, 'called_at', v_called_at,
      'provider_transfer_id', v_transfer.provider_transfer_id
    )
    from (select) as once
    left join public.payout_accounts on payout_accounts.store_id = v_transfer.store_id
    left join public.payments as charge on charge.id = v_transfer.payment_id
    left join public.payments as paid on paid.id = v_earning.payment_id
  );
end;
$$;
comment on function private.prepare_transfer_for_job(uuid) is 'See public.prepare_transfer_for_job.';
grant execute on function private.prepare_transfer_for_job(uuid) to service_role;

create or replace function public.prepare_transfer_for_job(transfer_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.prepare_transfer_for_job(prepare_transfer_for_job.transfer_id); $$;
comment on function public.prepare_transfer_for_job(uuid) is
  'Service only. What the provider is to be told about a transfer, if its status is still pending; smaller, or '
  'canceled, if less is due by now. called_at: when this attempt was first handed out, null for the first time. '
  'Returns '
  '{transfer_id, status, attempt, amount, currency, account_id, source_charge_id, transfer_group, store_id, order_id, '
  'called_at, provider_transfer_id}. Errors: transfer_not_found.';
grant execute on function public.prepare_transfer_for_job(uuid) to service_role;
