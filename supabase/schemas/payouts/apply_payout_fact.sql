create or replace function private.apply_payout_fact(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
declare
  v_payout public.payouts;
  v_status text;
begin
  select payouts.* into v_payout
  from public.payouts
  join public.payout_accounts on payout_accounts.store_id = payouts.store_id
  where (
      payouts.provider_payout_id = apply_payout_fact.fact ->> 'provider_payout_id'
      or (
        payouts.provider_payout_id is null
        and payouts.status = 'requested'
        and payouts.id::text = apply_payout_fact.fact ->> 'payout_id'
      )
    )
    and payout_accounts.provider_account_id = apply_payout_fact.fact ->> 'account_id';
  if not found
    or v_payout.amount is distinct from (apply_payout_fact.fact ->> 'amount')::bigint
    or v_payout.currency is distinct from upper(apply_payout_fact.fact ->> 'currency')
  then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  v_status := v_payout.status;
  perform private.record_payout(
    v_payout.id, apply_payout_fact.fact ->> 'provider_payout_id', apply_payout_fact.fact ->> 'status',
    apply_payout_fact.fact ->> 'failure_code', apply_payout_fact.fact ->> 'failure_message'
  );
  select payouts.status <> v_status into strict v_status from public.payouts where payouts.id = v_payout.id;
  return jsonb_build_object('outcome', case when v_status::boolean then 'applied' else 'ignored' end);
end;
$$;
comment on function private.apply_payout_fact(jsonb) is
  'Takes what an event says about a payout of a store. One that we did not ask for is a mismatch: its money left '
  'without the ledger. Returns {outcome}.';
