-- What follows from a booking's change, whoever made it: money that goes back, letters, reminders, the store's live
-- calendar.
create or replace function private.tg_bookings__record_changed() returns trigger
language plpgsql volatile
security definer -- writes refunds, notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_old_status text := case when tg_op = 'UPDATE' then old.status end;
  v_refund_amount bigint;
begin
  perform realtime.send(
    private.booking_facts(new)
      || jsonb_build_object(
        'service', new.service_name, 'staff', new.staff_name, 'customer', new.customer_name, 'at', now()
      ),
    case when tg_op = 'INSERT' then 'booking_created' else 'booking_updated' end,
    'store:' || new.store_id || ':bookings',
    true
  );
  perform private.emit_webhook(
    case when tg_op = 'INSERT' then 'booking.created' else 'booking.updated' end, new.store_id,
    private.booking_facts(new)
  );

  if new.status is distinct from v_old_status then
    if new.status in ('cancelled', 'declined', 'expired') and new.paid_amount > 0 then
      -- What the policy leaves is decided by whoever ends it; without a decision all of it goes back.
      v_refund_amount := least(
        coalesce(new.refund_amount, new.paid_amount), new.paid_amount - new.refunding_amount - new.refunded_amount
      );
      perform private.refund_booking(
        new.id, v_refund_amount,
        case new.status
          when 'cancelled' then 'The appointment was cancelled.'
          when 'declined' then 'The appointment was declined.'
          else 'The appointment was not to be had any more.'
        end
      );
    end if;
    if new.status in ('confirmed', 'requested', 'declined')
      or (new.status = 'cancelled' and v_old_status <> 'held') then
      perform private.tell_booking(new, new.status, null, v_refund_amount);
    elsif new.status = 'expired' and v_old_status = 'requested' then
      perform private.tell_booking(new, 'lapsed', null, v_refund_amount);
    end if;
  elsif new.status in ('confirmed', 'requested') then
    perform private.tell_booking(new, 'moved', old.starts_at, null);
  end if;
  perform private.plan_reminders(new);
  if tg_op = 'UPDATE'
    and (
      new.status in ('cancelled', 'declined', 'expired')
      or (new.starts_at, new.staff_id) <> (old.starts_at, old.staff_id)
    ) then
    perform private.note_freed_time(old.id, old.staff_id);
  end if;
  return null;
end;
$$;
comment on function private.tg_bookings__record_changed() is
  'After a booking is made, or its status, time or staff member has changed: refund by the frozen policy, letters and '
  'notifications, reminders, the broadcast on store:<id>:bookings, the webhook.';

create or replace trigger _900_record_made
  after insert on public.bookings
  for each row execute function private.tg_bookings__record_changed();
create or replace trigger _900_record_changed
  after update of status, starts_at, staff_id on public.bookings
  for each row
    when ((old.status, old.starts_at, old.staff_id) is distinct from (new.status, new.starts_at, new.staff_id))
  execute function private.tg_bookings__record_changed();
