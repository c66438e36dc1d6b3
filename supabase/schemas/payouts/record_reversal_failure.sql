-- A store that has been paid out has nothing left to give back at the provider. Asking again would change nothing; its
-- next transfers pay for it.
create or replace function public.record_reversal_failure(reversal_id uuid, code text, message text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.finish_reversal(
    record_reversal_failure.reversal_id, null, record_reversal_failure.code, record_reversal_failure.message
  );
$$;
comment on function public.record_reversal_failure(uuid, text, text) is
  'Service only. The provider refused a reversal for good: the debt stays in the store''s balance and makes its next '
  'transfers smaller; operators are alerted. Returns {reversal_id, status}. Errors: reversal_not_found.';
grant execute on function public.record_reversal_failure(uuid, text, text) to service_role;
