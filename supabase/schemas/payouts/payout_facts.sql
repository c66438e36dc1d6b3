create or replace function private.payout_facts(payout public.payouts) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'payout_id', payout.id, 'store_id', payout.store_id, 'amount', payout.amount, 'currency', payout.currency,
    'failure_code', payout.failure_code
  );
end;
$$;
comment on function private.payout_facts(public.payouts) is 'What notifications and webhooks carry of a payout.';
