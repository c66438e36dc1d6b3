-- The ledger is never edited. What was wrong is set right by a posting of its own, with a reason that its store can
-- read; doing it twice needs two keys.
create or replace function private.correct_ledger(
  correction_id uuid, store_id uuid, currency text, amount bigint, note text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
begin
  perform private.require_operator();
  if not exists (select from public.stores where stores.id = correct_ledger.store_id) then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  if not exists (select from public.currencies where currencies.code = correct_ledger.currency) then
    raise sqlstate 'PT422' using
      message = 'That is not a currency we know.', detail = 'unknown_currency';
  end if;
  if correct_ledger.correction_id is null
    or coalesce(correct_ledger.amount, 0) = 0
    or abs(correct_ledger.amount) > 1000000000000
  then
    raise sqlstate 'PT422' using
      message = 'A correction has an id of its own and an amount that is not 0.', detail = 'invalid_amount';
  end if;
  if coalesce(correct_ledger.note, '') = '' or not private.is_prose(correct_ledger.note, 1000) then
    raise sqlstate 'PT422' using
      message = 'Say why, in at most 1000 characters.', detail = 'invalid_reason';
  end if;
  perform private.post(array[
    ('correction', correct_ledger.correction_id, 0, null, 'store', correct_ledger.store_id, correct_ledger.currency,
      -correct_ledger.amount, correct_ledger.note),
    ('correction', correct_ledger.correction_id, 0, null, 'adjustments', null, correct_ledger.currency,
      correct_ledger.amount, correct_ledger.note)
  ]::private.ledger_draft[]);
  return private.store_balance(correct_ledger.store_id);
end;
$$;
comment on function private.correct_ledger(uuid, uuid, text, bigint, text) is 'See public.correct_ledger.';
grant execute on function private.correct_ledger(uuid, uuid, text, bigint, text) to anon, authenticated, service_role;

create or replace function public.correct_ledger(
  correction_id uuid, store_id uuid, currency text, amount bigint, note text
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.correct_ledger(
    correct_ledger.correction_id, correct_ledger.store_id, correct_ledger.currency, correct_ledger.amount,
    correct_ledger.note
  );
$$;
comment on function public.correct_ledger(uuid, uuid, text, bigint, text) is
  'Changes what a store is owed by hand, for operators: amount is added to its balance (negative: taken from it), in '
  'minor units; the store sees the note in its statement. correction_id: a new UUID; the same one again changes '
  'nothing. '
  'Returns store_balance. Errors: not_signed_in, account_required, session_revoked, platform_admin_required, '
  'store_not_found, unknown_currency, invalid_amount, invalid_reason.';
grant execute on function public.correct_ledger(uuid, uuid, text, bigint, text) to anon, authenticated, service_role;
