-- The fee of a payment stands in no event, so a job asks the provider for each charge, oldest first.
create or replace function private.list_payments_without_fee(max_rows integer)
returns table (payment_id uuid, provider_charge_id text)
language plpgsql stable
security definer -- reads payments of everybody
set search_path = ''
as $$
begin
  return query
  select payments.id, payments.charge_id
  from public.payments
  where payments.fee_amount is null
    and payments.charge_id is not null
    and payments.status = 'succeeded'
    and payments.provider = 'stripe'
  order by payments.id
  limit least(list_payments_without_fee.max_rows, 500);
end;
$$;
comment on function private.list_payments_without_fee(integer) is 'See public.list_payments_without_fee.';
grant execute on function private.list_payments_without_fee(integer) to service_role;

create or replace function public.list_payments_without_fee(max_rows integer default 50)
returns table (payment_id uuid, provider_charge_id text)
language sql stable security invoker
set search_path = ''
as $$ select * from private.list_payments_without_fee(list_payments_without_fee.max_rows); $$;
comment on function public.list_payments_without_fee(integer) is
  'Service only. Card payments whose fee is not known yet, oldest first; record_payment_fee takes the answer.';
grant execute on function public.list_payments_without_fee(integer) to service_role;
