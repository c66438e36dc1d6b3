-- The same facts for the job, which acts for nobody in particular and therefore is not asked who it is.
create or replace function public.prepare_refund_for_job(refund_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.refund_facts(prepare_refund_for_job.refund_id); $$;
comment on function public.prepare_refund_for_job(uuid) is
  'Service only. As prepare_refund, for refunds that the system itself made due. Errors: refund_not_found, '
  'refund_not_approved, payment_not_captured, payment_disputed.';
grant execute on function public.prepare_refund_for_job(uuid) to service_role;
