-- A refund's history and messages follow from the refund itself, as an order's do.
create function private.tg_refunds__record() returns trigger
language plpgsql
security definer -- writes history, notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_data jsonb := jsonb_build_object(
    'refund_id', new.id, 'order_id', new.order_id, 'store_id', new.store_id, 'status', new.status, 'amount', new.amount,
    'currency', new.currency
  );
begin
  if new.order_id is not null then
    insert into public.order_events (order_id, store_id, customer_id, actor_id, kind, from_status, to_status, data)
    values (
      new.order_id, new.store_id, new.customer_id, (select auth.uid()), 'refund',
      case when tg_op = 'UPDATE' then old.status end, new.status, v_data
    );
    perform realtime.send(v_data, 'refund_updated', 'store:' || new.store_id || ':orders', true);
  end if;
  perform private.tell_refund(new, v_data);
  return null;
end;
$$;
comment on function private.tg_refunds__record() is
  'After a refund is made or changes its status: event, broadcast, notifications, mail.';

create function private.tell_refund(refund public.refunds, facts jsonb) returns void
language plpgsql
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  -- Handed back over the counter: approved and paid out in one step.
  v_is_cash boolean := exists (
    select from public.payments where payments.id = refund.payment_id and payments.provider = 'cash'
  );
  v_name text;
begin
  select private.order_name(orders.reference, stores.name) into v_name
  from public.orders
  join public.stores on stores.id = orders.store_id
  where orders.id = refund.order_id;

  if refund.status = 'requested' then
    insert into public.notifications (user_id, kind, title, data)
    select
      store_members.user_id, 'refund_requested',
      format(
        case refund.origin
          when 'customer' then 'A customer asks for a refund of %s'
          else 'A refund of %s waits for a decision'
        end,
        v_name
      ),
      facts
    from public.store_members
    where store_members.store_id = refund.store_id and store_members.role in ('owner', 'manager');
    return;
  end if;
  if refund.customer_id is null
    or refund.status = 'processing'
    or (refund.status = 'approved' and v_is_cash)
    -- tell_late_payment has said it.
    or (refund.status = 'approved' and refund.order_id is null)
    -- Nobody declined it: the order was cancelled, and all of it goes back.
    or (refund.status = 'rejected' and refund.decision_note = 'The order was cancelled and refunded.')
    -- The same money went back by another refund; what the bank took back it has told itself.
    or (refund.status = 'failed' and refund.failure = 'superseded')
    or refund.origin = 'dispute'
  then
    return;
  end if;

  insert into public.notifications (user_id, kind, title, body, data)
  values (
    refund.customer_id,
    'refund_' || refund.status,
    format(
      case refund.status
        when 'approved' then 'Your refund for %s was approved'
        when 'rejected' then 'Your refund for %s was declined'
        when 'succeeded' then case
          when v_is_cash then 'Your refund for %s is given back in cash' else 'Your refund for %s is on its way to you'
        end
        else 'Your refund for %s could not be paid out yet'
      end,
      coalesce(v_name, 'your payment')
    ),
    case when refund.status = 'rejected' then refund.decision_note end,
    facts
  );
  -- An approval is followed by its success; of a payment that came too late, tell_late_payment has told that it goes back.
  if refund.status in ('rejected', 'failed')
    or (refund.status = 'succeeded' and (refund.order_id is not null or refund.origin = 'provider'))
  then
    insert into private.outbox (template, user_id, payload)
    values (
      'refund', refund.customer_id,
      jsonb_build_object(
        'refund_id', refund.id, 'order_id', refund.order_id, 'status', refund.status, 'is_cash', v_is_cash,
        'note', refund.decision_note
      )
    );
  end if;
end;
$$;
comment on function private.tell_refund(public.refunds, jsonb) is
  'Tells owner and managers that a refund waits, and the customer what became of it, in the app and by mail or text.';

create trigger _900_record_made
  after insert on public.refunds
  for each row execute function private.tg_refunds__record();
create trigger _900_record_changed
  after update of status on public.refunds
  for each row when (old.status <> new.status)
  execute function private.tg_refunds__record();
