create or replace function private.lock_reversal(reversal_id uuid) returns public.transfer_reversals
language plpgsql volatile
security definer -- nobody holds a write grant on reversals
set search_path = ''
as $$
declare
  v_reversal public.transfer_reversals;
begin
  select * into v_reversal from public.transfer_reversals where transfer_reversals.id = lock_reversal.reversal_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That reversal does not exist.', detail = 'reversal_not_found';
  end if;
  perform private.lock_store_accounts(array(
    select transfers.earning_id from public.transfers where transfers.id = v_reversal.transfer_id
  ));
  select * into v_reversal from public.transfer_reversals
  where transfer_reversals.id = lock_reversal.reversal_id
  for no key update;
  return v_reversal;
end;
$$;
comment on function private.lock_reversal(uuid) is
  'The reversal, locked after the account of its store. Errors: reversal_not_found.';
