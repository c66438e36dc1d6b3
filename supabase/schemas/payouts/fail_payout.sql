create or replace function private.fail_payout(payout public.payouts, code text, message text) returns public.payouts
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
declare
  v_payout public.payouts;
begin
  update public.payouts
  set status = 'failed', failure_code = coalesce(fail_payout.code, 'unknown'), failure_message = fail_payout.message
  where payouts.id = fail_payout.payout.id
  returning * into v_payout;
  if fail_payout.payout.status in ('sent', 'paid') then
    perform private.post(array[
      ('payout_returned', v_payout.id, 0, null, 'wallet', v_payout.store_id, v_payout.currency, v_payout.amount, null),
      ('payout_returned', v_payout.id, 0, null, 'wallets', null, v_payout.currency, -v_payout.amount, null)
    ]::private.ledger_draft[]);
  end if;
  perform private.tell_store_editors(
    v_payout.store_id, 'payout_failed', 'A payout to your bank failed', private.payout_facts(v_payout)
  );
  return v_payout;
end;
$$;
comment on function private.fail_payout(public.payouts, text, text) is
  'Ends a locked payout that was not paid, or that the bank sent back: the money is in the store''s balance again, and '
  'its owner and managers are told why.';
