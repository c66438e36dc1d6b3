create function private.refund_facts(refund_id uuid) returns jsonb
language plpgsql stable
security definer -- reads refunds for callers that were checked before
set search_path = ''
as $$
declare
  v_refund public.refunds;
  v_payment public.payments;
begin
  select * into v_refund from public.refunds where refunds.id = refund_facts.refund_id;
  if v_refund.id is null then
    raise sqlstate 'PT404' using
      message = 'That refund does not exist.', detail = 'refund_not_found';
  end if;
  if v_refund.status in ('requested', 'rejected') then
    raise sqlstate 'PT409' using
      message = 'This refund is not approved.', detail = 'refund_not_approved';
  end if;
  select * into v_payment from public.payments where payments.id = v_refund.payment_id;
  if v_payment.status <> 'succeeded' or v_payment.provider <> 'stripe' then
    raise sqlstate 'PT409' using
      message = 'There is no card payment to refund.', detail = 'payment_not_captured';
  end if;
  if v_refund.status = 'approved' then
    perform private.require_undisputed(v_payment.id);
  end if;
  return jsonb_build_object(
    'refund_id', v_refund.id,
    'amount', v_refund.amount,
    'currency', v_refund.currency,
    'status', case v_refund.status when 'approved' then 'pending' when 'processing' then 'submitted' else v_refund.status end,
    'provider_intent_id', v_payment.provider_payment_id,
    'provider_refund_id', v_refund.provider_refund_id
  );
end;
$$;
comment on function private.refund_facts(uuid) is 'What the provider must be told about a refund. Errors: refund_not_found, refund_not_approved, payment_not_captured, payment_disputed.';
grant execute on function private.refund_facts(uuid) to service_role;

create function private.prepare_refund(refund_id uuid) returns jsonb
language plpgsql stable
security definer -- decides who may issue a refund before any row is told
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_refund public.refunds;
  v_role text;
begin
  select * into v_refund from public.refunds where refunds.id = prepare_refund.refund_id;
  select store_members.role into v_role from public.store_members
  where store_members.store_id = v_refund.store_id and store_members.user_id = v_user_id;
  -- Approved is approved: the customer may set it in motion, as the store may.
  if v_refund.customer_id is distinct from v_user_id and not private.is_platform_admin() then
    if v_role is null then
      raise sqlstate 'PT404' using
        message = 'That refund does not exist.', detail = 'refund_not_found';
    end if;
    if v_role = 'staff' then
      raise sqlstate 'PT403' using
        message = 'Your role in this store does not allow that.', detail = 'not_allowed';
    end if;
  end if;
  return private.refund_facts(refund_id);
end;
$$;
comment on function private.prepare_refund(uuid) is 'See public.prepare_refund.';
grant execute on function private.prepare_refund(uuid) to anon, authenticated;

create function public.prepare_refund(refund_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.prepare_refund(prepare_refund.refund_id); $$;
comment on function public.prepare_refund(uuid) is
  'For the function payments: an approved refund that the caller (customer, owner, manager, platform admin) may set in motion. Errors: not_signed_in, account_required, session_revoked, refund_not_found, not_allowed, refund_not_approved, payment_not_captured, payment_disputed.';
grant execute on function public.prepare_refund(uuid) to anon, authenticated;

create function public.prepare_refund_for_job(refund_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.refund_facts(prepare_refund_for_job.refund_id); $$;
comment on function public.prepare_refund_for_job(uuid) is
  'Service only. As prepare_refund, for refunds that the system itself made due. Errors: refund_not_found, refund_not_approved, payment_not_captured, payment_disputed.';
grant execute on function public.prepare_refund_for_job(uuid) to service_role;
