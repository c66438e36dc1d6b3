-- The provider may be able to move less than was asked for: then the oldest earnings that fit are paid out, whole, and
-- the rest stays due. When too little can be moved, the payout ends and says why; none waits for ever.
create or replace function private.prepare_payout_for_job(
  payout_id uuid, available_amount bigint, minimum_amount bigint
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
declare
  v_payout public.payouts;
  v_movable bigint;
  v_amount bigint;
  v_called_at timestamptz;
begin
  v_payout := private.lock_payout(prepare_payout_for_job.payout_id);
  v_called_at := v_payout.called_at;
  if v_payout.status = 'requested' and v_called_at is null then
    select least(coalesce(prepare_payout_for_job.available_amount, 0), ledger_accounts.balance) into v_movable
    from private.ledger_accounts
    where ledger_accounts.kind = 'wallet'
      and ledger_accounts.store_id = v_payout.store_id
      and ledger_accounts.currency = v_payout.currency;
    v_movable := coalesce(v_movable, 0);
    v_amount := v_payout.amount;
    if v_amount > v_movable then
      select coalesce(max(earned.until_amount), 0) into v_amount
      from (
        select
          sum(transfers.amount - transfers.reversed_amount) over (order by transfers.made_at, transfers.id) - (
            select coalesce(sum(payouts.amount), 0) from public.payouts
            where payouts.store_id = v_payout.store_id
              and payouts.currency = v_payout.currency
              and payouts.status in ('sent', 'paid')
          ) as until_amount
        from public.transfers
        where transfers.store_id = v_payout.store_id
          and transfers.currency = v_payout.currency
          and transfers.status = 'made'
      ) as earned
      where earned.until_amount between 1 and v_movable;
    end if;
    if v_amount < greatest(coalesce(prepare_payout_for_job.minimum_amount, 1), 1) then
      v_payout := private.fail_payout(
        v_payout, case when v_amount > 0 then 'below_minimum' else 'nothing_movable' end,
        format(
          'The provider could move %s now, and pays out at least %s.', v_movable,
          greatest(coalesce(prepare_payout_for_job.minimum_amount, 1), 1)
        )
      );
    else
      update public.payouts
      set amount = v_amount, called_at = now()
      where payouts.id = v_payout.id
      returning * into v_payout;
    end if;
  end if;
  return (
    select jsonb_build_object(
      'payout_id', v_payout.id, 'status', v_payout.status, 'attempt', v_payout.attempt, 'amount', v_payout.amount,
      'currency', v_payout.currency, 'account_id', payout_accounts.provider_account_id, 'called_at', v_called_at,
      'provider_payout_id', v_payout.provider_payout_id
    )
    from public.payout_accounts
    where payout_accounts.store_id = v_payout.store_id
  );
end;
$$;
comment on function private.prepare_payout_for_job(uuid, bigint, bigint) is 'See public.prepare_payout_for_job.';
grant execute on function private.prepare_payout_for_job(uuid, bigint, bigint) to service_role;

create or replace function public.prepare_payout_for_job(
  payout_id uuid, available_amount bigint, minimum_amount bigint default 1
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.prepare_payout_for_job(
    prepare_payout_for_job.payout_id, prepare_payout_for_job.available_amount, prepare_payout_for_job.minimum_amount
  );
$$;
comment on function public.prepare_payout_for_job(uuid, bigint, bigint) is
  'Service only. What the provider is to be told about a payout, if its status is still requested. available_amount: '
  'what the provider can move from the store''s account now; minimum_amount: the least it pays out. With less than was '
  'asked for, the oldest earnings that fit. Returns {payout_id, status, attempt, amount, currency, account_id, '
  'called_at, provider_payout_id}. Errors: payout_not_found.';
grant execute on function public.prepare_payout_for_job(uuid, bigint, bigint) to service_role;
