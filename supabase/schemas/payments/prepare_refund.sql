-- An approved refund still has to be sent to the provider. Who waits for the money, or decided on it, can set that
-- in motion at once; if nobody does, a job does (list_refunds_to_issue).
create or replace function private.prepare_refund(refund_id uuid) returns jsonb
language plpgsql stable
security definer -- decides who may issue a refund before any row is told
set search_path = ''
as $$
declare
  v_refund public.refunds;
begin
  perform private.require_user();
  select * into v_refund from public.refunds where refunds.id = prepare_refund.refund_id;
  -- An approved refund only waits to be sent: its customer may set that in motion as the store may.
  perform private.order_actor(
    v_refund.id, v_refund.customer_id, v_refund.store_id, array['customer', 'owner', 'manager'], is_refund => true
  );
  return private.refund_facts(prepare_refund.refund_id);
end;
$$;
comment on function private.prepare_refund(uuid) is 'See public.prepare_refund.';
grant execute on function private.prepare_refund(uuid) to anon, authenticated;

create or replace function public.prepare_refund(refund_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.prepare_refund(prepare_refund.refund_id); $$;
comment on function public.prepare_refund(uuid) is
  'For the function payments: an approved refund that the caller (customer, owner, manager, platform admin) may '
  'set in motion. Errors: not_signed_in, account_required, session_revoked, refund_not_found, store_role_required, '
  'refund_not_approved, payment_not_captured, payment_disputed.';
grant execute on function public.prepare_refund(uuid) to anon, authenticated;
