-- The provider has sent it. A refund may have been decided while it was under way: then it is asked back at once.
create or replace function private.record_transfer(transfer_id uuid, provider_transfer_id text) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on transfers
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_transfer public.transfers;
begin
  v_transfer := private.lock_transfer(record_transfer.transfer_id);
  if coalesce(record_transfer.provider_transfer_id, '') = ''
    or v_transfer.provider_transfer_id <> record_transfer.provider_transfer_id
    or exists (
      select from public.transfers
      where transfers.provider_transfer_id = record_transfer.provider_transfer_id and transfers.id <> v_transfer.id
    )
  then
    raise sqlstate 'PT409' using
      message = 'The provider''s transfer is another one.', detail = 'transfer_conflict';
  end if;
  if v_transfer.status <> 'made' then
    update private.earnings
    set transferring_amount = earnings.transferring_amount
        - case when v_transfer.status = 'pending' then v_transfer.amount else 0 end,
      transferred_amount = earnings.transferred_amount + v_transfer.amount
    where earnings.id = v_transfer.earning_id;
    update public.transfers
    set status = 'made', provider_transfer_id = record_transfer.provider_transfer_id, made_at = now(),
      failure_code = null, failure_message = null
    where transfers.id = v_transfer.id
    returning * into v_transfer;
    perform private.post(array[
      ('transfer', v_transfer.id, 0, v_transfer.order_id, 'store', v_transfer.store_id, v_transfer.currency,
        v_transfer.amount, null),
      ('transfer', v_transfer.id, 0, v_transfer.order_id, 'provider', null, v_transfer.currency, -v_transfer.amount,
        null),
      ('transfer', v_transfer.id, 0, v_transfer.order_id, 'wallet', v_transfer.store_id, v_transfer.currency,
        v_transfer.amount, null),
      ('transfer', v_transfer.id, 0, v_transfer.order_id, 'wallets', null, v_transfer.currency, -v_transfer.amount,
        null)
    ]::private.ledger_draft[]);
    perform private.plan_reversals(array[v_transfer.earning_id]);
  end if;
  return jsonb_build_object('transfer_id', v_transfer.id, 'status', v_transfer.status);
end;
$$;
comment on function private.record_transfer(uuid, text) is 'See public.record_transfer.';
grant execute on function private.record_transfer(uuid, text) to service_role;

create or replace function public.record_transfer(transfer_id uuid, provider_transfer_id text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.record_transfer(record_transfer.transfer_id, record_transfer.provider_transfer_id); $$;
comment on function public.record_transfer(uuid, text) is
  'Service only. The provider made a transfer; repeating it changes nothing. Returns {transfer_id, status}. Errors: '
  'transfer_not_found, transfer_conflict.';
grant execute on function public.record_transfer(uuid, text) to service_role;
