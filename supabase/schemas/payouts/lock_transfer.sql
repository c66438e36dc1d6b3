create or replace function private.lock_transfer(transfer_id uuid) returns public.transfers
language plpgsql volatile
security definer -- nobody holds a write grant on transfers
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_transfer public.transfers;
begin
  select * into v_transfer from public.transfers where transfers.id = lock_transfer.transfer_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That transfer does not exist.', detail = 'transfer_not_found';
  end if;
  perform private.lock_store_accounts(array[v_transfer.earning_id]);
  select * into v_transfer from public.transfers where transfers.id = lock_transfer.transfer_id for no key update;
  return v_transfer;
end;
$$;
comment on function private.lock_transfer(uuid) is
  'The transfer, locked after the account of its store. Errors: transfer_not_found.';
