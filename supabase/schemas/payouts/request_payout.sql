-- The store asks, and a job sends. What is asked for is taken off what can be asked for next, under the lock of the
-- store's account: two who ask at once never get the same money.
create or replace function private.request_payout(
  store_id uuid, amount bigint, currency text, idempotency_key text
) returns public.payouts
language plpgsql volatile
security definer -- clients hold no write grant on payouts
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(request_payout.store_id, array['owner']);
  v_request_hash bytea;
  v_known private.idempotency_keys;
  v_payout public.payouts;
  v_available bigint;
begin
  perform private.require_second_factor();
  if request_payout.idempotency_key is null
    or length(request_payout.idempotency_key) > 255
    or request_payout.idempotency_key !~ '^[\x21-\x7e]+$'
  then
    raise sqlstate 'PT422' using
      message = 'A payout needs a key of 1 to 255 visible ASCII characters.', detail = 'invalid_idempotency_key',
      hint = 'Make a UUID when the page opens, and send the same one when you retry.';
  end if;
  if not exists (select from public.currencies where currencies.code = request_payout.currency) then
    raise sqlstate 'PT422' using
      message = 'That is not a currency we know.', detail = 'unknown_currency';
  end if;
  if coalesce(request_payout.amount, 0) < 1
    or request_payout.amount % private.money_step(request_payout.currency) <> 0
  then
    raise sqlstate 'PT422' using
      message = 'A payout is a whole number of minor units that can be paid, from 1.', detail = 'invalid_amount';
  end if;

  v_request_hash := sha256(convert_to(
    row(request_payout.store_id, request_payout.amount, request_payout.currency)::text, 'UTF8'
  ));
  perform pg_advisory_xact_lock(hashtextextended(v_user_id::text || request_payout.idempotency_key, 0));
  select * into v_known from private.idempotency_keys
  where idempotency_keys.actor = v_user_id
    and idempotency_keys.verb = 'request_payout'
    and idempotency_keys.key = request_payout.idempotency_key;
  if found then
    if v_known.request_hash <> v_request_hash then
      raise sqlstate 'PT409' using
        message = 'This key was used for another payout.', detail = 'idempotency_key_reused',
        hint = 'Make a new key for a new payout.';
    end if;
    select * into v_payout from public.payouts where payouts.id = (v_known.response ->> 'payout_id')::uuid;
    return v_payout;
  end if;

  if not exists (
    select from public.payout_accounts
    where payout_accounts.store_id = request_payout.store_id and payout_accounts.payouts_enabled
  ) then
    raise sqlstate 'PT409' using
      message = 'The store''s account at the payment provider cannot pay out yet.', detail = 'payouts_not_enabled',
      hint = 'Open it, or see in payout_accounts what the provider still wants to know.';
  end if;
  perform from private.ledger_accounts
  where ledger_accounts.kind = 'store'
    and ledger_accounts.store_id = request_payout.store_id
    and ledger_accounts.currency = request_payout.currency
  for no key update;
  v_available := private.payout_available(request_payout.store_id, request_payout.currency);
  if request_payout.amount > v_available then
    raise sqlstate 'PT409' using
      message = 'That is more than can be paid out.', detail = 'insufficient_balance',
      hint = format('available: %s', greatest(v_available, 0));
  end if;
  insert into public.payouts (store_id, requested_by, currency, requested_amount, amount)
  values (
    request_payout.store_id, v_user_id, request_payout.currency, request_payout.amount, request_payout.amount
  )
  returning * into v_payout;
  insert into private.idempotency_keys (actor, verb, key, request_hash, response)
  values (
    v_user_id, 'request_payout', request_payout.idempotency_key, v_request_hash,
    jsonb_build_object('payout_id', v_payout.id)
  );
  return v_payout;
end;
$$;
comment on function private.request_payout(uuid, bigint, text, text) is 'See public.request_payout.';
grant execute on function private.request_payout(uuid, bigint, text, text) to anon, authenticated;

create or replace function public.request_payout(
  store_id uuid, amount bigint, currency text, idempotency_key text
) returns public.payouts
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.request_payout(
    request_payout.store_id, request_payout.amount, request_payout.currency, request_payout.idempotency_key
  );
$$;
comment on function public.request_payout(uuid, bigint, text, text) is
  'The store''s owner asks for money to be paid out to its bank, in a session with a second factor: up to what is '
  'payable and what stands at the provider (store_balance: available_amount), in minor units. The same idempotency_key '
  'and arguments return the first payout. A job sends it; follow its status in payouts. Errors: not_signed_in, '
  'account_required, session_revoked, store_not_found, store_role_required, second_factor_required, '
  'invalid_idempotency_key, idempotency_key_reused, unknown_currency, invalid_amount, payouts_not_enabled, '
  'insufficient_balance.';
grant execute on function public.request_payout(uuid, bigint, text, text) to anon, authenticated;
