-- The only way into the ledger. All entries of a transaction's fact come in one call and are written in one statement.
-- A posting that was written before is left out, with its entries: what caused it is known already. Accounts of stores
-- are locked in the order of stores, each store's account `store` before its others.
create or replace function private.post(drafts private.ledger_draft[]) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
as $$
begin
  with draft as (
    select draft.*
    from unnest(post.drafts) with ordinality
      as draft (kind, cause_id, part, order_id, account, store_id, currency, amount, note, place)
    where draft.amount <> 0
  ),
  posted as (
    insert into private.ledger_postings (kind, cause_id, part, order_id, note)
    select draft.kind, draft.cause_id, draft.part, min(draft.order_id::text)::uuid, min(draft.note)
    from draft
    group by draft.kind, draft.cause_id, draft.part
    order by min(draft.place)
    on conflict (kind, cause_id, part) do nothing
    returning ledger_postings.id, ledger_postings.kind, ledger_postings.cause_id, ledger_postings.part
  ),
  entry as (
    select
      posted.id as posting_id, draft.place, draft.account, draft.store_id, draft.currency, draft.amount,
      row_number() over (partition by posted.id order by draft.place) as position
    from draft
    join posted on posted.kind = draft.kind and posted.cause_id = draft.cause_id and posted.part = draft.part
  ),
  account as (
    insert into private.ledger_accounts (kind, store_id, currency, balance, entry_count, booked_at)
    select entry.account, entry.store_id, entry.currency, sum(entry.amount), count(*), clock_timestamp()
    from entry
    where entry.store_id is not null
    group by entry.store_id, entry.currency, entry.account
    order by entry.store_id, entry.currency, entry.account <> 'store', entry.account
    on conflict (kind, store_id, currency) do update
    set balance = ledger_accounts.balance + excluded.balance,
      entry_count = ledger_accounts.entry_count + excluded.entry_count,
      booked_at = greatest(clock_timestamp(), ledger_accounts.booked_at)
    returning
      ledger_accounts.id, ledger_accounts.kind, ledger_accounts.store_id, ledger_accounts.currency,
      ledger_accounts.balance, ledger_accounts.entry_count, ledger_accounts.booked_at
  )
  insert into private.ledger_entries (
    posting_id, position, account_id, currency, amount, number, balance, booked_at
  )
  select
    entry.posting_id, entry.position, coalesce(account.id, own.id), entry.currency, entry.amount,
    account.entry_count - (count(*) over later - 1), account.balance - (sum(entry.amount) over later - entry.amount),
    account.booked_at
  from entry
  left join account
    on account.kind = entry.account and account.store_id = entry.store_id and account.currency = entry.currency
  left join private.ledger_accounts as own
    on entry.store_id is null
      and own.kind = entry.account and own.store_id is null and own.currency = entry.currency
  window later as (
    partition by entry.account, entry.store_id, entry.currency
    order by entry.place
    rows between current row and unbounded following
  );
end;
$$;
comment on function private.post(private.ledger_draft[]) is
  'Writes postings. Entries over nothing, and postings that exist (kind, cause_id, part), are left out.';
