-- The provider's answer to a payout, and what it says of it later. A bank may send money back days after it was paid,
-- so `failed` is also taken after `paid`; nothing is taken after `failed`.
create or replace function private.record_payout(
  payout_id uuid, provider_payout_id text, status text, failure_code text, failure_message text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
declare
  v_payout public.payouts;
begin
  if record_payout.status is null
    or record_payout.status not in ('pending', 'in_transit', 'paid', 'failed', 'canceled')
  then
    raise sqlstate 'PT422' using
      message = 'A provider''s payout has no such status.', detail = 'invalid_status';
  end if;
  v_payout := private.lock_payout(record_payout.payout_id);
  if coalesce(record_payout.provider_payout_id, '') = ''
    or v_payout.provider_payout_id <> record_payout.provider_payout_id
    or exists (
      select from public.payouts
      where payouts.provider_payout_id = record_payout.provider_payout_id and payouts.id <> v_payout.id
    )
  then
    raise sqlstate 'PT409' using
      message = 'The provider''s payout is another one.', detail = 'payout_conflict';
  end if;
  if v_payout.status = 'requested' then
    update public.payouts
    set status = 'sent', provider_payout_id = record_payout.provider_payout_id, sent_at = now()
    where payouts.id = v_payout.id
    returning * into v_payout;
    perform private.post(array[
      ('payout', v_payout.id, 0, null, 'wallet', v_payout.store_id, v_payout.currency, -v_payout.amount, null),
      ('payout', v_payout.id, 0, null, 'wallets', null, v_payout.currency, v_payout.amount, null)
    ]::private.ledger_draft[]);
  end if;
  if record_payout.status = 'paid' and v_payout.status = 'sent' then
    update public.payouts set status = 'paid', paid_at = now() where payouts.id = v_payout.id
    returning * into v_payout;
    perform private.tell_store_editors(
      v_payout.store_id, 'payout_paid', 'A payout is on your bank account', private.payout_facts(v_payout)
    );
  elsif record_payout.status in ('failed', 'canceled') and v_payout.status <> 'failed' then
    v_payout := private.fail_payout(
      v_payout, coalesce(record_payout.failure_code, record_payout.status), record_payout.failure_message
    );
  end if;
  return jsonb_build_object('payout_id', v_payout.id, 'status', v_payout.status);
end;
$$;
comment on function private.record_payout(uuid, text, text, text, text) is 'See public.record_payout.';
grant execute on function private.record_payout(uuid, text, text, text, text) to service_role;

create or replace function public.record_payout(
  payout_id uuid, provider_payout_id text, status text, failure_code text default null,
  failure_message text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_payout(
    record_payout.payout_id, record_payout.provider_payout_id, record_payout.status, record_payout.failure_code,
    record_payout.failure_message
  );
$$;
comment on function public.record_payout(uuid, text, text, text, text) is
  'Service only. What the provider did with a payout (pending, in_transit, paid, failed, canceled); repeating it '
  'changes '
  'nothing. Returns {payout_id, status}. Errors: payout_not_found, payout_conflict, invalid_status.';
grant execute on function public.record_payout(uuid, text, text, text, text) to service_role;
