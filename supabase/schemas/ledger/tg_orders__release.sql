-- A sale is sent to its store when the days are over in which customers send things back. They are counted from the
-- delivery, as they were set then: a store can rely on the date it was shown.
create or replace function private.tg_orders__release() returns trigger
language plpgsql volatile
security definer -- nobody holds a grant on earnings
set search_path = ''
as $$
begin
  update private.earnings
  set release_at = new.delivered_at + make_interval(days => settings.payout_hold_days)
  from private.settings
  where earnings.id = new.id;
  return null;
end;
$$;
comment on function private.tg_orders__release() is 'After an order was delivered: from when its store gets its money.';

create or replace trigger _900_release
  after update of delivered_at on public.orders
  for each row when (new.delivered_at is not null and old.delivered_at is null)
  execute function private.tg_orders__release();
