create or replace function private.tg_coupons__currency() returns trigger
language plpgsql stable
security definer -- reads the store whatever its state
set search_path = ''
as $$
begin
  -- A trigger, because a foreign key over both columns would not check a coupon whose currency is null.
  if not exists (select from public.stores where stores.id = new.store_id and stores.currency = new.currency) then
    raise sqlstate 'PT409' using
      message = 'A coupon of a store is in the currency of the store.', detail = 'coupon_currency_mismatch';
  end if;
  return new;
end;
$$;
comment on function private.tg_coupons__currency() is
  'Refuses a coupon that no cart of its store could ever use. Errors: coupon_currency_mismatch.';

create or replace trigger _200_currency
  before insert or update of store_id, currency on public.coupons
  for each row when (new.store_id is not null and new.currency is not null)
  execute function private.tg_coupons__currency();
