-- Of two accounts that were made for one store only the first counts; whoever comes second is told so.
create or replace function private.attach_payout_account(store_id uuid, provider_account_id text) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payout accounts
set search_path = ''
as $$
declare
  v_account public.payout_accounts;
begin
  select * into v_account from public.payout_accounts
  where payout_accounts.store_id = attach_payout_account.store_id
  for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That store has begun no account.', detail = 'store_not_found',
      hint = 'Call prepare_payout_account first.';
  end if;
  if coalesce(attach_payout_account.provider_account_id, '') = ''
    or v_account.provider_account_id <> attach_payout_account.provider_account_id
    or exists (
      select from public.payout_accounts
      where payout_accounts.provider_account_id = attach_payout_account.provider_account_id
        and payout_accounts.store_id <> v_account.store_id
    )
  then
    raise sqlstate 'PT409' using
      message = 'Another account stands there for this store.', detail = 'payout_account_conflict';
  end if;
  update public.payout_accounts
  set provider_account_id = attach_payout_account.provider_account_id
  where payout_accounts.store_id = v_account.store_id;
  return jsonb_build_object(
    'store_id', v_account.store_id, 'provider_account_id', attach_payout_account.provider_account_id
  );
end;
$$;
comment on function private.attach_payout_account(uuid, text) is 'See public.attach_payout_account.';
grant execute on function private.attach_payout_account(uuid, text) to service_role;

create or replace function public.attach_payout_account(store_id uuid, provider_account_id text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.attach_payout_account(
    attach_payout_account.store_id, attach_payout_account.provider_account_id
  );
$$;
comment on function public.attach_payout_account(uuid, text) is
  'Service only. Remembers which of the provider''s accounts is a store''s; repeating it changes nothing. Returns '
  '{store_id, provider_account_id}. Errors: store_not_found, payout_account_conflict.';
grant execute on function public.attach_payout_account(uuid, text) to service_role;
