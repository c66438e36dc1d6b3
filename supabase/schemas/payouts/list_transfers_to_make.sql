-- Sales are sent to their stores by a job, once the time in which customers send things back is over. Listing one
-- pushes its next attempt into the future, longer the older it is, so that two runs do not send it at the same time
-- and a provider that is down is not asked over and over.
create or replace function private.list_transfers_to_make(max_rows integer) returns table (transfer_id uuid)
language plpgsql volatile
security definer -- nobody holds a write grant on transfers
set search_path = ''
as $$
begin
  perform private.plan_transfers(least(list_transfers_to_make.max_rows, 500));
  return query
  with due as (
    select transfers.id from public.transfers
    where transfers.status = 'pending' and transfers.next_attempt_at <= now()
    order by transfers.next_attempt_at, transfers.id
    limit least(list_transfers_to_make.max_rows, 500)
    for no key update skip locked
  )
  update public.transfers
  set next_attempt_at = now() + greatest(interval '1 minute', least(now() - transfers.created_at, interval '1 hour'))
  from due
  where transfers.id = due.id
  returning transfers.id;
end;
$$;
comment on function private.list_transfers_to_make(integer) is 'See public.list_transfers_to_make.';
grant execute on function private.list_transfers_to_make(integer) to service_role;

create or replace function public.list_transfers_to_make(max_rows integer default 50) returns table (transfer_id uuid)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_transfers_to_make(list_transfers_to_make.max_rows); $$;
comment on function public.list_transfers_to_make(integer) is
  'Service only. Decides what has become due to stores, and claims transfers that the provider has not confirmed, '
  'with a growing pause between attempts. prepare_transfer_for_job says what to send.';
grant execute on function public.list_transfers_to_make(integer) to service_role;
