-- A dispute may have been won before its reversal was sent, or a refund have failed. So it is looked at once more, and
-- from here on the amount stands; see prepare_transfer_for_job.
create or replace function private.prepare_reversal_for_job(reversal_id uuid) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on reversals
set search_path = ''
as $$
declare
  v_reversal public.transfer_reversals;
  v_transfer public.transfers;
  v_amount bigint;
  v_called_at timestamptz;
begin
  v_reversal := private.lock_reversal(prepare_reversal_for_job.reversal_id);
  select * into v_transfer from public.transfers where transfers.id = v_reversal.transfer_id;
  v_called_at := v_reversal.called_at;
  if v_reversal.status = 'pending' and v_called_at is null then
    select least(
      v_reversal.amount,
      earnings.transferred_amount - greatest(earnings.earned_amount - earnings.held_amount, 0) + v_reversal.amount - (
        select sum(transfers.reversing_amount) from public.transfers where transfers.earning_id = earnings.id
      )
    )
    into v_amount
    from private.earnings
    where earnings.id = v_transfer.earning_id;
    update public.transfers
    set reversing_amount = transfers.reversing_amount - (v_reversal.amount - greatest(v_amount, 0))
    where transfers.id = v_transfer.id;
    update public.transfer_reversals
    set amount = case when v_amount > 0 then v_amount else transfer_reversals.amount end,
      status = case when v_amount > 0 then 'pending' else 'canceled' end,
      called_at = case when v_amount > 0 then now() end
    where transfer_reversals.id = v_reversal.id
    returning * into v_reversal;
  end if;
  return jsonb_build_object(
    'reversal_id', v_reversal.id, 'status', v_reversal.status, 'attempt', v_reversal.attempt,
    'amount', v_reversal.amount, 'currency', v_reversal.currency,
    'provider_transfer_id', v_transfer.provider_transfer_id, 'called_at', v_called_at,
    'provider_reversal_id', v_reversal.provider_reversal_id, 'cause', v_reversal.cause, 'cause_id', v_reversal.cause_id
  );
end;
$$;
comment on function private.prepare_reversal_for_job(uuid) is 'See public.prepare_reversal_for_job.';
grant execute on function private.prepare_reversal_for_job(uuid) to service_role;

create or replace function public.prepare_reversal_for_job(reversal_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.prepare_reversal_for_job(prepare_reversal_for_job.reversal_id); $$;
comment on function public.prepare_reversal_for_job(uuid) is
  'Service only. What the provider is to be told about a reversal, if its status is still pending; smaller, or '
  'canceled, '
  'if less is due by now. called_at: when this attempt was first handed out, null for the first time. Returns '
  '{reversal_id, status, attempt, amount, currency, provider_transfer_id, called_at, provider_reversal_id, cause, '
  'cause_id}. Errors: reversal_not_found.';
grant execute on function public.prepare_reversal_for_job(uuid) to service_role;
