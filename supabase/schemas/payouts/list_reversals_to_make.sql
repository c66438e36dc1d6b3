-- See list_transfers_to_make: what is decided stands in a row, and a job carries it out.
create or replace function private.list_reversals_to_make(max_rows integer) returns table (reversal_id uuid)
language plpgsql volatile
security definer -- nobody holds a write grant on reversals
set search_path = ''
as $$
begin
  return query
  with due as (
    select transfer_reversals.id from public.transfer_reversals
    where transfer_reversals.status = 'pending' and transfer_reversals.next_attempt_at <= now()
    order by transfer_reversals.next_attempt_at, transfer_reversals.id
    limit least(list_reversals_to_make.max_rows, 500)
    for no key update skip locked
  )
  update public.transfer_reversals
  set next_attempt_at = now()
    + greatest(interval '1 minute', least(now() - transfer_reversals.created_at, interval '1 hour'))
  from due
  where transfer_reversals.id = due.id
  returning transfer_reversals.id;
end;
$$;
comment on function private.list_reversals_to_make(integer) is 'See public.list_reversals_to_make.';
grant execute on function private.list_reversals_to_make(integer) to service_role;

create or replace function public.list_reversals_to_make(max_rows integer default 50) returns table (reversal_id uuid)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_reversals_to_make(list_reversals_to_make.max_rows); $$;
comment on function public.list_reversals_to_make(integer) is
  'Service only. Claims reversals that the provider has not confirmed, with a growing pause between attempts. '
  'prepare_reversal_for_job says what to send.';
grant execute on function public.list_reversals_to_make(integer) to service_role;
