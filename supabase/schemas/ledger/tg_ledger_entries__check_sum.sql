-- The rule that makes it a ledger. private.post writes the whole of what it posts in one statement, so it is asked once
-- for each statement: a card sale has five entries, and five questions to one posting were a third of its cost.
create or replace function private.tg_ledger_entries__check_sum() returns trigger
language plpgsql volatile
security definer -- reads the ledger for whoever writes it
set search_path = ''
as $$
declare
  v_posting_id uuid;
begin
  select ledger_entries.posting_id into v_posting_id
  from private.ledger_entries
  where ledger_entries.posting_id in (select new_rows.posting_id from new_rows)
  group by ledger_entries.posting_id, ledger_entries.currency
  having sum(ledger_entries.amount) <> 0
  limit 1;
  if not found then
    select new_rows.posting_id into v_posting_id
    from new_rows
    where not exists (
      select from private.ledger_accounts
      where ledger_accounts.id = new_rows.account_id
        and ledger_accounts.currency = new_rows.currency
        and (ledger_accounts.store_id is null) = (new_rows.number is null)
    )
    limit 1;
  end if;
  if v_posting_id is not null then
    raise exception 'posting % does not balance, or names an account that is not there', v_posting_id;
  end if;
  return null;
end;
$$;
comment on function private.tg_ledger_entries__check_sum() is
  'After a statement that wrote to the ledger: each posting sums to zero in every currency, and its accounts exist.';

create or replace trigger _900_check_sum
  after insert on private.ledger_entries
  referencing new table as new_rows
  for each statement execute function private.tg_ledger_entries__check_sum();
