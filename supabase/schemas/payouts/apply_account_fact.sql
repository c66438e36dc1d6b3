-- What the provider lets a store's account do, and what it still wants to know. Events come in any order: an older one
-- changes nothing.
create or replace function private.apply_account_fact(fact jsonb, occurred_at timestamptz) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payout accounts
set search_path = ''
as $$
declare
  v_known public.payout_accounts;
  v_account public.payout_accounts;
begin
  select * into v_known from public.payout_accounts
  where payout_accounts.provider_account_id = apply_account_fact.fact ->> 'account_id'
  for no key update;
  if not found or v_known.reported_at > apply_account_fact.occurred_at then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  update public.payout_accounts
  set country = coalesce(apply_account_fact.fact ->> 'country', payout_accounts.country),
    default_currency = coalesce(upper(apply_account_fact.fact ->> 'default_currency'),
      payout_accounts.default_currency),
    details_submitted = coalesce((apply_account_fact.fact ->> 'details_submitted')::boolean, false),
    charges_enabled = coalesce((apply_account_fact.fact ->> 'charges_enabled')::boolean, false),
    transfers_enabled = coalesce((apply_account_fact.fact ->> 'transfers_enabled')::boolean, false),
    payouts_enabled = coalesce((apply_account_fact.fact ->> 'payouts_enabled')::boolean, false),
    requirements = array(
      select jsonb_array_elements_text(coalesce(apply_account_fact.fact -> 'requirements', '[]'))
    ),
    disabled_reason = apply_account_fact.fact ->> 'disabled_reason',
    reported_at = apply_account_fact.occurred_at
  where payout_accounts.store_id = v_known.store_id
  returning * into v_account;
  if v_known.payouts_enabled and not v_account.payouts_enabled
    or v_known.transfers_enabled and not v_account.transfers_enabled
  then
    perform private.tell_store_editors(
      v_account.store_id, 'payout_account_restricted', 'The payment provider needs something from you',
      jsonb_build_object('store_id', v_account.store_id, 'disabled_reason', v_account.disabled_reason)
    );
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_account_fact(jsonb, timestamptz) is
  'Takes what an event says about a store''s account at the provider. Its owner and managers are told when it can no '
  'longer receive or pay out. Returns {outcome}.';
