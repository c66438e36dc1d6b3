create or replace function private.tell_payout(payout public.payouts, kind text, title text) returns void
language plpgsql volatile
security definer -- writes notifications, which no client may write
set search_path = ''
as $$
begin
  insert into public.notifications (user_id, kind, title, data)
  select
    store_members.user_id, tell_payout.kind, tell_payout.title,
    jsonb_build_object(
      'payout_id', tell_payout.payout.id, 'store_id', tell_payout.payout.store_id, 'amount', tell_payout.payout.amount,
      'currency', tell_payout.payout.currency, 'failure_code', tell_payout.payout.failure_code
    )
  from public.store_members
  where store_members.store_id = tell_payout.payout.store_id and store_members.role in ('owner', 'manager');
end;
$$;
comment on function private.tell_payout(public.payouts, text, text) is
  'Tells the store''s owner and managers what became of a payout.';
