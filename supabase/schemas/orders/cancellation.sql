create or replace function private.cancellation(cancelled public.orders, actor_id uuid) returns jsonb
language plpgsql stable
security definer -- reads memberships, payments and refunds of others
set search_path = ''
as $$
declare
  v_by text;
  v_amount bigint;
begin
  v_by := case
    when cancellation.actor_id = cancellation.cancelled.customer_id then 'customer'
    when exists (
      select from public.store_members
      where store_members.store_id = cancellation.cancelled.store_id and store_members.user_id = cancellation.actor_id
    ) then 'store'
    when cancellation.actor_id is null and cancellation.cancelled.cancel_reason = 'payment_expired' then 'expiry'
    else 'marketplace'
  end;
  -- The refunds that belong to this cancellation were made in its transaction, so they carry the same instant.
  select sum(refunds.amount) into v_amount
  from public.refunds
  where refunds.order_id = cancellation.cancelled.id
    and refunds.created_at = now()
    and refunds.status in ('approved', 'processing', 'succeeded');
  return jsonb_build_object(
    'by', v_by,
    -- A reason is told when a person wrote it. Those that our own functions give are one word, or have an underscore.
    'reason', case
      when v_by in ('store', 'marketplace')
        and cancellation.cancelled.cancel_reason !~ '^(customer|store|refunded|[a-z]+_[a-z_]+)$'
      then cancellation.cancelled.cancel_reason
    end,
    'money', case
      when v_amount > 0 then case cancellation.cancelled.payment_method when 'card' then 'card' else 'cash' end
      when cancellation.cancelled.payment_status in ('partially_refunded', 'refunded') then 'refunded_before'
      when cancellation.cancelled.payment_method <> 'card' or cancellation.cancelled.total_amount = 0 then 'not_due'
      when exists (
        select from public.payments
        where payments.checkout_id = cancellation.cancelled.checkout_id
          and payments.status in ('processing', 'requires_action')
      ) then 'under_way'
      else 'not_charged'
    end,
    'amount', v_amount,
    -- An order gets its number when it is confirmed; one without ended unpaid, and its lines went back into the cart.
    'is_back_in_cart', cancellation.cancelled.number is null
  );
end;
$$;
comment on function private.cancellation(public.orders, uuid) is
  'For those who are told: {by: customer | store | marketplace | expiry, reason in a person''s words, money: card '
  '| cash | refunded_before | under_way | not_charged | not_due, amount that goes back, is_back_in_cart}.';
