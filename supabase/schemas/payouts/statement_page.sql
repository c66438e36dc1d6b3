create or replace function private.statement_page(
  store_id uuid, from_date date, to_date date, currency text, after bigint, max_rows integer
)
returns table (
  number bigint, at timestamptz, kind text, order_id uuid, order_reference text, cause_id uuid, note text,
  currency_code text, amount bigint, balance bigint
)
language plpgsql stable
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_store public.stores;
  v_account_id bigint;
  v_from timestamptz;
  v_to timestamptz;
  v_first bigint := coalesce(statement_page.after, 0);
  v_last bigint := 9223372036854775807;
begin
  if not private.is_operator() then
    perform private.require_store_role(statement_page.store_id, array['owner', 'manager']);
  end if;
  select * into v_store from public.stores where stores.id = statement_page.store_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  if statement_page.from_date not between '2000-01-01' and '2200-01-01'
    or statement_page.to_date not between '2000-01-01' and '2200-01-01'
    or statement_page.to_date < statement_page.from_date
  then
    raise sqlstate 'PT422' using
      message = 'A statement is from a day to the same or a later one.', detail = 'invalid_period';
  end if;
  if statement_page.after < 0 then
    raise sqlstate 'PT400' using
      message = 'after is the number of the last entry of the page before.', detail = 'invalid_cursor';
  end if;
  v_from := statement_page.from_date::timestamp at time zone v_store.time_zone;
  v_to := (statement_page.to_date + 1)::timestamp at time zone v_store.time_zone;
  select ledger_accounts.id into v_account_id
  from private.ledger_accounts
  where ledger_accounts.kind = 'store'
    and ledger_accounts.store_id = v_store.id
    and ledger_accounts.currency = coalesce(statement_page.currency, v_store.currency);
  -- Entries are numbered in the order of time, so a day is found by halving the numbers.
  if v_from is not null then
    v_first := greatest(v_first, private.last_entry_before(v_account_id, v_from));
  end if;
  if v_to is not null then
    v_last := private.last_entry_before(v_account_id, v_to);
  end if;
  return query
  select
    ledger_entries.number, ledger_entries.booked_at, ledger_postings.kind, ledger_postings.order_id, orders.reference,
    ledger_postings.cause_id, ledger_postings.note, ledger_entries.currency, -ledger_entries.amount,
    -ledger_entries.balance
  from private.ledger_entries
  join private.ledger_postings on ledger_postings.id = ledger_entries.posting_id
  left join public.orders on orders.id = ledger_postings.order_id
  where ledger_entries.account_id = v_account_id
    and ledger_entries.number > v_first
    -- Both ends are searched for in the index: nothing behind the last day is read.
    and ledger_entries.number <= v_last
  order by ledger_entries.number
  limit statement_page.max_rows;
end;
$$;
comment on function private.statement_page(uuid, date, date, text, bigint, integer) is
  'Entries of a store''s account, seen from the store: + is owed to it. Errors: those of require_user, '
  'store_not_found, store_role_required, invalid_period, invalid_cursor.';
grant execute on function private.statement_page(uuid, date, date, text, bigint, integer)
to anon, authenticated, service_role;
