-- A store's owner opens its account at the payment provider, on the provider's own pages; the function payouts makes
-- the link, and asks here first who is calling and for which store.
create or replace function private.prepare_payout_account(store_id uuid) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on payout accounts
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(prepare_payout_account.store_id, array['owner']);
begin
  perform private.require_second_factor();
  insert into public.payout_accounts (store_id)
  values (prepare_payout_account.store_id)
  on conflict do nothing;
  return (
    select jsonb_build_object(
      'store_id', stores.id, 'store_name', stores.name,
      'country', coalesce(payout_accounts.country, stores.country_code),
      'default_currency', coalesce(payout_accounts.default_currency, stores.currency), 'email', profiles.email,
      'provider_account_id', payout_accounts.provider_account_id,
      'is_ready', payout_accounts.transfers_enabled and payout_accounts.payouts_enabled
    )
    from public.stores
    join public.payout_accounts on payout_accounts.store_id = stores.id
    left join public.profiles on profiles.id = v_user_id
    where stores.id = prepare_payout_account.store_id
  );
end;
$$;
comment on function private.prepare_payout_account(uuid) is 'See public.prepare_payout_account.';
grant execute on function private.prepare_payout_account(uuid) to anon, authenticated;

create or replace function public.prepare_payout_account(store_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.prepare_payout_account(prepare_payout_account.store_id); $$;
comment on function public.prepare_payout_account(uuid) is
  'For the function payouts: the store''s owner, in a session with a second factor, opens or completes its account at '
  'the payment provider. Returns {store_id, store_name, country, default_currency, email, provider_account_id, '
  'is_ready}. Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'second_factor_required.';
grant execute on function public.prepare_payout_account(uuid) to anon, authenticated;
