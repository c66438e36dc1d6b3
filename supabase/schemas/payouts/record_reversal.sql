-- The money of a reversal is back: the store owes it no longer.
create or replace function public.record_reversal(reversal_id uuid, provider_reversal_id text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.finish_reversal(
    record_reversal.reversal_id, coalesce(record_reversal.provider_reversal_id, ''), null, null
  );
$$;
comment on function public.record_reversal(uuid, text) is
  'Service only. The provider made a reversal; repeating it changes nothing. Returns {reversal_id, status}. Errors: '
  'reversal_not_found, transfer_conflict.';
grant execute on function public.record_reversal(uuid, text) to service_role;
