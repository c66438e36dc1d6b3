-- Behind the verbs: a bug in one of them can then fail, but it cannot wake up what has ended or change what was agreed.
create or replace function private.tg_bookings__rules() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  if (new.store_id, new.service_id, new.currency, new.price_amount, new.deposit_amount, new.party_size,
      new.cancel_minutes,
      new.cancel_fee_bps, new.reference, new.time_zone, new.created_at)
    is distinct from
    (old.store_id, old.service_id, old.currency, old.price_amount, old.deposit_amount, old.party_size,
      old.cancel_minutes,
      old.cancel_fee_bps, old.reference, old.time_zone, old.created_at)
  then
    raise sqlstate 'PT409' using
      message = 'What was booked keeps its price and policy.', detail = 'booking_is_frozen',
      hint = 'Cancel it and book anew.';
  end if;
  if old.status <> new.status and (old.status, new.status) not in (
    ('held', 'confirmed'), ('held', 'requested'), ('held', 'cancelled'), ('held', 'expired'),
    ('requested', 'confirmed'), ('requested', 'declined'), ('requested', 'cancelled'), ('requested', 'expired'),
    ('confirmed', 'completed'), ('confirmed', 'no_show'), ('confirmed', 'cancelled'), ('confirmed', 'requested'),
    -- A late payment that finds its time still free.
    ('expired', 'confirmed'), ('expired', 'requested')
  ) then
    raise sqlstate 'PT409' using
      message = format('A booking cannot go from %s to %s.', old.status, new.status), detail = 'illegal_status';
  end if;
  return new;
end;
$$;
comment on function private.tg_bookings__rules() is
  'Before an update of a booking: refuses a change of its price or policy, and a step that its life does not have. '
  'Errors: booking_is_frozen, illegal_status.';

create or replace trigger _200_rules
  before update on public.bookings
  for each row execute function private.tg_bookings__rules();
