-- A booking's checkout is locked last, and only by who has its session: so nobody who holds it waits for a session.
create or replace function private.end_checkouts(checkout_ids uuid[], status text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on checkouts
set search_path = ''
as $$
declare
  v_checkout_ids uuid[];
begin
  select array_agg(pending.id) into v_checkout_ids
  from (
    select checkouts.id
    from public.checkouts
    where checkouts.id = any (end_checkouts.checkout_ids) and checkouts.status = 'pending'
    order by checkouts.id
    for no key update
  ) as pending;
  if v_checkout_ids is null then return; end if;
  update public.checkouts set status = end_checkouts.status where checkouts.id = any (v_checkout_ids);
  -- Whatever is still open at the provider is cancelled there by the next reconciliation.
  update public.payments
  set next_check_at = now()
  where payments.checkout_id = any (v_checkout_ids) and payments.status <> 'succeeded';
end;
$$;
comment on function private.end_checkouts(uuid[], text) is
  'Makes those of these checkouts that await a payment expired or cancelled.';
