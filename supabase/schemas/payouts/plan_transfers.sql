-- What has become due is decided under the lock of the store's account, oldest first and never more than is payable: a
-- debt makes the transfers smaller until it is paid. A part that the customer paid is taken from that charge, which the
-- provider allows before the money has settled; what the marketplace adds, and what is sent again, from its balance.
create or replace function private.plan_transfers(max_stores integer) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_store_ids uuid[];
  v_currencies text[];
begin
  select array_agg(account.store_id), array_agg(account.currency) into v_store_ids, v_currencies
  from (
    select ledger_accounts.store_id, ledger_accounts.currency
    from private.ledger_accounts
    join public.payout_accounts on payout_accounts.store_id = ledger_accounts.store_id
    where ledger_accounts.kind = 'store'
      and ledger_accounts.balance < 0
      and payout_accounts.transfers_enabled
      and exists (
        select from private.earnings
        where earnings.store_id = ledger_accounts.store_id
          and earnings.currency = ledger_accounts.currency
          and earnings.earned_amount > earnings.transferred_amount
          and earnings.release_at <= now()
          and earnings.earned_amount - earnings.held_amount > earnings.transferred_amount + earnings.transferring_amount
      )
    order by ledger_accounts.store_id, ledger_accounts.currency
    limit plan_transfers.max_stores
    for no key update of ledger_accounts skip locked
  ) as account;

  with due as (
    select
      earnings.id, earnings.order_id, earnings.payment_id, earnings.store_id, earnings.currency,
      earnings.charged_amount,
      earnings.earned_amount - earnings.held_amount - earnings.transferred_amount - earnings.transferring_amount
        as amount,
      sum(earnings.earned_amount - earnings.held_amount - earnings.transferred_amount - earnings.transferring_amount)
        over (
          partition by earnings.store_id, earnings.currency
          order by earnings.release_at, earnings.id
          rows between unbounded preceding and current row
        ) as until_amount,
      row_number() over (partition by earnings.store_id, earnings.currency order by earnings.release_at, earnings.id)
        as turn,
      money.payable_amount
    from unnest(v_store_ids, v_currencies) as account (store_id, currency)
    cross join lateral private.store_money(account.store_id, account.currency) as money
    join private.earnings on earnings.store_id = account.store_id and earnings.currency = account.currency
    where earnings.earned_amount > earnings.transferred_amount
      and earnings.release_at <= now()
      and earnings.earned_amount - earnings.held_amount > earnings.transferred_amount + earnings.transferring_amount
  ),
  payable as (
    select
      due.*, least(due.amount, due.payable_amount - (due.until_amount - due.amount))::bigint as pay_amount,
      coalesce(sent.parts, 0) as parts,
      case
        when payments.charge_id is null or payments.provider <> 'stripe' or sent.was_reversed then 0
        else greatest(due.charged_amount - coalesce(sent.amount, 0), 0)
      end as from_charge
    from due
    left join public.payments on payments.id = due.payment_id
    left join lateral (
      select
        max(transfers.part) as parts,
        bool_or(transfers.reversed_amount > 0) as was_reversed,
        sum(transfers.amount) filter (where transfers.payment_id is not null and transfers.status <> 'canceled')
          as amount
      from public.transfers
      where transfers.earning_id = due.id
    ) as sent on true
    where due.payable_amount > due.until_amount - due.amount
  ),
  made as (
    insert into public.transfers (store_id, order_id, earning_id, part, payment_id, currency, amount)
    select
      payable.store_id, payable.order_id, payable.id,
      payable.parts + row_number() over (partition by payable.id order by piece.payment_id is null),
      piece.payment_id, payable.currency, piece.amount
    from payable
    cross join lateral (
      values
        (payable.payment_id, least(payable.pay_amount, payable.from_charge)::bigint),
        (null, greatest(payable.pay_amount - payable.from_charge, 0)::bigint)
    ) as piece (payment_id, amount)
    where piece.amount > 0
    -- Stores in turn: those who send one after the other at the same time would wait for each other at one account.
    order by payable.turn, payable.store_id, payable.currency, piece.payment_id is null
    returning transfers.earning_id, transfers.amount
  )
  update private.earnings
  set transferring_amount = earnings.transferring_amount + total.amount
  from (select made.earning_id, sum(made.amount)::bigint as amount from made group by made.earning_id) as total
  where earnings.id = total.earning_id;
end;
$$;
comment on function private.plan_transfers(integer) is
  'Makes the transfers that have become due of so many stores whose accounts can receive them.';
