create or replace function private.tell_refund(refund public.refunds, facts jsonb) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  -- Cash is handed back over the counter, so its refund is approved and paid out in one step.
  v_is_cash boolean := exists (
    select from public.payments where payments.id = tell_refund.refund.payment_id and payments.provider = 'cash'
  );
  v_name text;
begin
  select private.order_name(orders.reference, stores.name) into v_name
  from public.orders
  join public.stores on stores.id = orders.store_id
  where orders.id = tell_refund.refund.order_id;
  if tell_refund.refund.booking_id is not null then
    select format('your appointment for %s', bookings.service_name) into v_name
    from public.bookings
    where bookings.id = tell_refund.refund.booking_id;
  end if;

  if tell_refund.refund.status = 'requested' then
    perform private.tell_store_editors(
      tell_refund.refund.store_id, 'refund_requested',
      format(
        case tell_refund.refund.origin
          when 'customer' then 'A customer asks for a refund of %s'
          else 'A refund of %s waits for a decision'
        end,
        v_name
      ),
      tell_refund.facts
    );
    return;
  end if;
  if tell_refund.refund.customer_id is null
    or tell_refund.refund.status = 'processing'
    or (tell_refund.refund.status = 'approved' and v_is_cash)
    -- A payment that came too late, or an appointment that ended: whatever ended it has told that it goes back.
    or (tell_refund.refund.status = 'approved' and tell_refund.refund.order_id is null)
    -- Nobody declined this request: its order was cancelled, and all that was paid goes back.
    or (
      tell_refund.refund.status = 'rejected'
      and tell_refund.refund.decision_note = 'The order was cancelled and refunded.'
    )
    -- The same money went back by another refund; and of what a bank took back, the bank itself tells its customer.
    or (tell_refund.refund.status = 'failed' and tell_refund.refund.failure = 'superseded')
    or tell_refund.refund.origin = 'dispute'
  then
    return;
  end if;

  insert into public.notifications (user_id, kind, title, body, data)
  values (
    tell_refund.refund.customer_id,
    'refund_' || tell_refund.refund.status,
    left(format(
      case tell_refund.refund.status
        when 'approved' then 'Your refund for %s was approved'
        when 'rejected' then 'Your refund for %s was declined'
        when 'succeeded' then case
          when v_is_cash then 'Your refund for %s is given back in cash' else 'Your refund for %s is on its way to you'
        end
        else 'Your refund for %s could not be paid out yet'
      end,
      coalesce(v_name, 'your payment')
    ), 200),
    case when tell_refund.refund.status = 'rejected' then tell_refund.refund.decision_note end,
    tell_refund.facts
  );
  -- No letter for an approval: the one for its success follows. Nor for the refund of a payment that came too late:
  -- tell_late_payment has written that it goes back.
  if tell_refund.refund.status in ('rejected', 'failed')
    or (
      tell_refund.refund.status = 'succeeded'
      and (tell_refund.refund.order_id is not null or tell_refund.refund.origin = 'provider')
    )
  then
    insert into private.outbox (template, user_id, payload)
    values (
      'refund', tell_refund.refund.customer_id,
      jsonb_build_object(
        'refund_id', tell_refund.refund.id, 'order_id', tell_refund.refund.order_id,
        'status', tell_refund.refund.status, 'is_cash', v_is_cash,
        'note', tell_refund.refund.decision_note
      )
    );
  end if;
end;
$$;
comment on function private.tell_refund(public.refunds, jsonb) is
  'Tells owner and managers that a refund waits, and the customer what became of it, in the app and by mail or text.';
