-- The commission of an appointment is frozen when it is booked, as that of an order's lines. It is on what is paid in
-- advance: what is paid in the shop, the marketplace never sees.
create or replace function private.tg_bookings__commission() returns trigger
language plpgsql volatile
security definer -- bookings are not made by those who may read every rule
set search_path = ''
as $$
declare
  v_rule public.commission_rules;
begin
  select (private.commission_rule(services.store_id, services.category_id, new.currency)).* into v_rule
  from public.services
  where services.id = new.service_id;
  new.commission_bps := coalesce(v_rule.bps, 0);
  new.commission_amount := private.commission_amount(v_rule, new.deposit_amount, private.money_step(new.currency));
  return new;
end;
$$;
comment on function private.tg_bookings__commission() is
  'Before a booking that is paid for in advance is made: its commission.';

create or replace trigger _200_commission
  before insert on public.bookings
  for each row when (new.deposit_amount > 0)
  execute function private.tg_bookings__commission();

-- It is earned when the time is over, whether somebody came or not.
create or replace function private.tg_bookings__release() returns trigger
language plpgsql volatile
security definer -- nobody holds a grant on earnings
set search_path = ''
as $$
begin
  update private.earnings
  set release_at = private.clock() + make_interval(days => settings.payout_hold_days)
  from private.settings
  where earnings.booking_id = new.id;
  return null;
end;
$$;
comment on function private.tg_bookings__release() is
  'After a booking was completed, missed or cancelled: from when its store gets what it keeps.';

create or replace trigger _900_release
  after update of status on public.bookings
  for each row when (new.status in ('completed', 'no_show', 'cancelled') and old.status <> new.status)
  execute function private.tg_bookings__release();
