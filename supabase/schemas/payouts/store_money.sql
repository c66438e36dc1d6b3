-- How what a store is owed divides: only what is payable is sent to it. Everything but the balance comes from the open
-- items, so the cost follows what is open, never what ever was sold.
create or replace function private.store_money(
  store_id uuid, currency text,
  out balance_amount bigint, out payable_amount bigint, out pending_amount bigint, out on_hold_amount bigint,
  out transferring_amount bigint, out debt_amount bigint
)
language plpgsql stable
security definer -- nobody holds a grant on the ledger
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_rest bigint;
begin
  select -ledger_accounts.balance into balance_amount
  from private.ledger_accounts
  where ledger_accounts.kind = 'store'
    and ledger_accounts.store_id = store_money.store_id
    and ledger_accounts.currency = store_money.currency;
  balance_amount := coalesce(balance_amount, 0);
  select
    coalesce(sum(owed.amount - owed.held_amount) filter (where owed.release_at is null or owed.release_at > now()), 0),
    coalesce(sum(owed.held_amount), 0)
  into pending_amount, on_hold_amount
  from (
    select
      earnings.release_at, earnings.earned_amount - earnings.transferred_amount as amount,
      least(earnings.held_amount, earnings.earned_amount - earnings.transferred_amount) as held_amount
    from private.earnings
    where earnings.store_id = store_money.store_id
      and earnings.currency = store_money.currency
      and earnings.earned_amount > earnings.transferred_amount
  ) as owed;
  select coalesce(sum(transfers.amount), 0) into transferring_amount
  from public.transfers
  where transfers.store_id = store_money.store_id
    and transfers.currency = store_money.currency
    and transfers.status = 'pending';
  v_rest := balance_amount - pending_amount - on_hold_amount - transferring_amount;
  payable_amount := greatest(v_rest, 0);
  debt_amount := greatest(-v_rest, 0);
end;
$$;
comment on function private.store_money(uuid, text) is
  'What a store is owed in a currency: balance = payable + pending (not delivered, or within the hold days) + on_hold '
  '(at stake in open disputes) + transferring (being sent) - debt. In minor units.';
