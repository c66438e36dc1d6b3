-- The provider refused to make a payout: nothing has left, and the store is told why.
create or replace function private.record_payout_failure(payout_id uuid, code text, message text) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
declare
  v_payout public.payouts;
begin
  v_payout := private.lock_payout(record_payout_failure.payout_id);
  if v_payout.status = 'requested' then
    v_payout := private.fail_payout(v_payout, record_payout_failure.code, record_payout_failure.message);
  end if;
  return jsonb_build_object('payout_id', v_payout.id, 'status', v_payout.status);
end;
$$;
comment on function private.record_payout_failure(uuid, text, text) is 'See public.record_payout_failure.';
grant execute on function private.record_payout_failure(uuid, text, text) to service_role;

create or replace function public.record_payout_failure(payout_id uuid, code text, message text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_payout_failure(
    record_payout_failure.payout_id, record_payout_failure.code, record_payout_failure.message
  );
$$;
comment on function public.record_payout_failure(uuid, text, text) is
  'Service only. The provider refused to make a payout; it ends as failed. Returns {payout_id, status}. Errors: '
  'payout_not_found.';
grant execute on function public.record_payout_failure(uuid, text, text) to service_role;
