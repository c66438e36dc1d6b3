-- A store's bookkeeping learns of a payout where its other programs listen.
create or replace function private.tg_payouts__webhook() returns trigger
language plpgsql volatile
security definer -- writes webhook events, which no client may write
set search_path = ''
as $$
begin
  perform private.emit_webhook(
    case tg_op when 'INSERT' then 'payout.created' else 'payout.updated' end, new.store_id,
    private.payout_facts(new) || jsonb_build_object('status', new.status)
  );
  return null;
end;
$$;
comment on function private.tg_payouts__webhook() is 'After a payout is asked for or changes its status: the webhook.';

create or replace trigger _900_webhook
  after insert on public.payouts
  for each row execute function private.tg_payouts__webhook();
create or replace trigger _901_webhook
  after update of status on public.payouts
  for each row when (old.status is distinct from new.status)
  execute function private.tg_payouts__webhook();
