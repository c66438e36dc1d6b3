-- Every table with a column updated_at has this trigger; those that change often by themselves only for the columns
-- that people edit.
create or replace function private.tg__timestamps() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.tg__timestamps() is 'Before update, on any table: sets updated_at.';

create or replace trigger _100_timestamps
  before update on public.profiles
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.addresses
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.stores
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.categories
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update of name, description, status, category_id, mrp_amount, price_amount, deleted_at on public.products
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update of sku, title, option_values, mrp_amount, price_amount, is_active, deleted_at on public.product_variants
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.discounts
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.shipping_methods
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.coupons
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.cart_items
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.checkouts
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.orders
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.stock_reservations
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.coupon_redemptions
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.payments
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.refunds
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.disputes
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.webhook_endpoints
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.commission_rules
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.payout_accounts
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.transfers
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.transfer_reversals
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.payouts
  for each row execute function private.tg__timestamps();

create or replace trigger _100_timestamps
  before update on public.staff
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.services
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.booking_sessions
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.bookings
  for each row execute function private.tg__timestamps();
create or replace trigger _100_timestamps
  before update on public.waiting_list
  for each row execute function private.tg__timestamps();
