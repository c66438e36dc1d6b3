create or replace function private.finish_reversal(
  reversal_id uuid, provider_reversal_id text, code text, message text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on reversals
set search_path = ''
as $$
declare
  v_reversal public.transfer_reversals;
  v_transfer public.transfers;
begin
  v_reversal := private.lock_reversal(finish_reversal.reversal_id);
  select * into v_transfer from public.transfers where transfers.id = v_reversal.transfer_id;
  if finish_reversal.provider_reversal_id is null then
    if v_reversal.status = 'pending' then
      update public.transfers
      set reversing_amount = transfers.reversing_amount - v_reversal.amount
      where transfers.id = v_transfer.id;
      update public.transfer_reversals
      set status = 'failed', failure_code = coalesce(finish_reversal.code, 'unknown'),
        failure_message = finish_reversal.message
      where transfer_reversals.id = v_reversal.id
      returning * into v_reversal;
      perform private.raise_alert(
        'reversal_failed',
        format(
          'The provider gave back nothing of transfer %s: %s. The store owes it.', v_transfer.id,
          v_reversal.failure_code
        ),
        jsonb_build_object(
          'reversal_id', v_reversal.id, 'transfer_id', v_transfer.id, 'store_id', v_transfer.store_id,
          'amount', v_reversal.amount, 'currency', v_reversal.currency
        )
      );
    end if;
    return jsonb_build_object('reversal_id', v_reversal.id, 'status', v_reversal.status);
  end if;

  if v_reversal.provider_reversal_id <> finish_reversal.provider_reversal_id
    or finish_reversal.provider_reversal_id = ''
    or exists (
      select from public.transfer_reversals
      where transfer_reversals.provider_reversal_id = finish_reversal.provider_reversal_id
        and transfer_reversals.id <> v_reversal.id
    )
  then
    raise sqlstate 'PT409' using
      message = 'The provider''s reversal is another one.', detail = 'transfer_conflict';
  end if;
  if v_reversal.status <> 'made' then
    update public.transfers
    set reversing_amount = transfers.reversing_amount
        - case when v_reversal.status = 'pending' then v_reversal.amount else 0 end,
      reversed_amount = transfers.reversed_amount + v_reversal.amount
    where transfers.id = v_transfer.id;
    update private.earnings
    set transferred_amount = earnings.transferred_amount - v_reversal.amount
    where earnings.id = v_transfer.earning_id;
    update public.transfer_reversals
    set status = 'made', provider_reversal_id = finish_reversal.provider_reversal_id, made_at = now(),
      failure_code = null, failure_message = null
    where transfer_reversals.id = v_reversal.id
    returning * into v_reversal;
    perform private.post(array[
      ('reversal', v_reversal.id, 0, v_transfer.order_id, 'store', v_reversal.store_id, v_reversal.currency,
        -v_reversal.amount, null),
      ('reversal', v_reversal.id, 0, v_transfer.order_id, 'provider', null, v_reversal.currency, v_reversal.amount,
        null),
      ('reversal', v_reversal.id, 0, v_transfer.order_id, 'wallet', v_reversal.store_id, v_reversal.currency,
        -v_reversal.amount, null),
      ('reversal', v_reversal.id, 0, v_transfer.order_id, 'wallets', null, v_reversal.currency, v_reversal.amount, null)
    ]::private.ledger_draft[]);
  end if;
  return jsonb_build_object('reversal_id', v_reversal.id, 'status', v_reversal.status);
end;
$$;
comment on function private.finish_reversal(uuid, text, text, text) is
  'The provider made a reversal (its id), or refused it (null, and why). Repeating it changes nothing. Errors: '
  'reversal_not_found, transfer_conflict.';
grant execute on function private.finish_reversal(uuid, text, text, text) to service_role;
