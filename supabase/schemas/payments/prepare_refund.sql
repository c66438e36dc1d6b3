create or replace function private.prepare_refund(refund_id uuid) returns jsonb
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

create or replace function public.prepare_refund(refund_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.prepare_refund(prepare_refund.refund_id); $$;
comment on function public.prepare_refund(uuid) is
  'For the function payments: an approved refund that the caller (customer, owner, manager, platform admin) may set in motion. Errors: not_signed_in, account_required, session_revoked, refund_not_found, not_allowed, refund_not_approved, payment_not_captured, payment_disputed.';
grant execute on function public.prepare_refund(uuid) to anon, authenticated;
