create or replace function private.kept_of_earning(
  earning private.earnings, extra_amount bigint, out left_amount bigint, out commission_amount bigint,
  out discount_amount bigint
)
language plpgsql stable
security definer -- reads what was sold and refunded to others
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_step bigint := private.money_step(kept_of_earning.earning.currency);
begin
  if kept_of_earning.earning.order_id is not null then
    select kept.* into left_amount, commission_amount, discount_amount
    from private.kept_of_order(kept_of_earning.earning.order_id, kept_of_earning.extra_amount) as kept;
    return;
  end if;
  select * into v_booking from public.bookings where bookings.id = kept_of_earning.earning.booking_id;
  left_amount := kept_of_earning.earning.charged_amount - kept_of_earning.extra_amount - coalesce((
    select sum(refunds.booked_amount) from public.refunds where refunds.booking_id = v_booking.id
  ), 0);
  commission_amount := v_step * div(
    2 * (v_booking.commission_amount / v_step)::numeric * left_amount + kept_of_earning.earning.charged_amount,
    2 * kept_of_earning.earning.charged_amount::numeric
  );
  discount_amount := 0;
end;
$$;
comment on function private.kept_of_earning(private.earnings, bigint) is
  'What is left of what was sold after the refunds that the ledger has, and after extra_amount more; see '
  'kept_of_order. Of an appointment, what was paid in advance.';
