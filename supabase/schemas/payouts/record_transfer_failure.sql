-- The provider refused a transfer: nothing was sent, so the next attempt has a new key, and its amount is looked at
-- again. An answer that was lost is no refusal; then the same attempt is repeated.
create or replace function private.record_transfer_failure(transfer_id uuid, code text, message text) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on transfers
set search_path = ''
as $$
declare
  v_transfer public.transfers;
begin
  update public.transfers
  set attempt = transfers.attempt + 1,
    called_at = null,
    failure_code = coalesce(record_transfer_failure.code, 'unknown'),
    failure_message = record_transfer_failure.message,
    next_attempt_at = now() + greatest(interval '1 minute', least(now() - transfers.created_at, interval '1 hour'))
  where transfers.id = record_transfer_failure.transfer_id and transfers.status = 'pending'
  returning * into v_transfer;
  if not found then
    select * into v_transfer from public.transfers where transfers.id = record_transfer_failure.transfer_id;
    if not found then
      raise sqlstate 'PT404' using
        message = 'That transfer does not exist.', detail = 'transfer_not_found';
    end if;
  end if;
  return jsonb_build_object(
    'transfer_id', v_transfer.id, 'status', v_transfer.status, 'attempt', v_transfer.attempt
  );
end;
$$;
comment on function private.record_transfer_failure(uuid, text, text) is 'See public.record_transfer_failure.';
grant execute on function private.record_transfer_failure(uuid, text, text) to service_role;

create or replace function public.record_transfer_failure(transfer_id uuid, code text, message text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_transfer_failure(
    record_transfer_failure.transfer_id, record_transfer_failure.code, record_transfer_failure.message
  );
$$;
comment on function public.record_transfer_failure(uuid, text, text) is
  'Service only. The provider refused a transfer; it is tried again later, with a new key. Returns {transfer_id, '
  'status, '
  'attempt}. Errors: transfer_not_found.';
grant execute on function public.record_transfer_failure(uuid, text, text) to service_role;
