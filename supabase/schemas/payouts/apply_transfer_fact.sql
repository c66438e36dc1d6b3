create or replace function private.apply_transfer_fact(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on transfers
set search_path = ''
as $$
declare
  v_transfer public.transfers;
  v_item record;
  v_is_new boolean := false;
begin
  -- Metadata can be typed by anyone, so all else has to fit, too.
  select transfers.* into v_transfer
  from public.transfers
  join public.payout_accounts on payout_accounts.store_id = transfers.store_id
  where (
      transfers.provider_transfer_id = apply_transfer_fact.fact ->> 'provider_transfer_id'
      or (
        transfers.provider_transfer_id is null
        and transfers.status = 'pending'
        and transfers.id::text = apply_transfer_fact.fact ->> 'transfer_id'
      )
    )
    and payout_accounts.provider_account_id = apply_transfer_fact.fact ->> 'account_id';
  if not found
    or v_transfer.amount is distinct from (apply_transfer_fact.fact ->> 'amount')::bigint
    or v_transfer.currency is distinct from upper(apply_transfer_fact.fact ->> 'currency')
  then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if v_transfer.status <> 'made' then
    perform private.record_transfer(v_transfer.id, apply_transfer_fact.fact ->> 'provider_transfer_id');
    v_is_new := true;
  end if;
  for v_item in
    select
      transfer_reversals.id, item.value ->> 'provider_reversal_id' as provider_reversal_id,
      transfer_reversals.status = 'made' as is_known
    from jsonb_array_elements(coalesce(apply_transfer_fact.fact -> 'reversals', '[]')) as item
    left join public.transfer_reversals
      on transfer_reversals.transfer_id = v_transfer.id
        and transfer_reversals.amount = (item.value ->> 'amount')::bigint
        and (
          transfer_reversals.provider_reversal_id = item.value ->> 'provider_reversal_id'
          or (
            transfer_reversals.provider_reversal_id is null
            and transfer_reversals.id::text = item.value ->> 'reversal_id'
          )
        )
    order by transfer_reversals.id
  loop
    if v_item.id is null then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
    if not v_item.is_known then
      perform private.finish_reversal(v_item.id, v_item.provider_reversal_id, null, null);
      v_is_new := true;
    end if;
  end loop;
  return jsonb_build_object('outcome', case when v_is_new then 'applied' else 'ignored' end);
end;
$$;
comment on function private.apply_transfer_fact(jsonb) is
  'Takes what an event says about a transfer and its reversals. One that we did not make is a mismatch. Returns '
  '{outcome}.';
