create or replace function private.last_entry_before(account_id bigint, instant timestamptz) returns bigint
language plpgsql stable
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_low bigint := 0;
  v_high bigint := coalesce((
    select ledger_accounts.entry_count from private.ledger_accounts
    where ledger_accounts.id = last_entry_before.account_id
  ), 0);
  v_middle bigint;
begin
  while v_low < v_high loop
    v_middle := (v_low + v_high + 1) / 2;
    if (
      select ledger_entries.booked_at < last_entry_before.instant
      from private.ledger_entries
      where ledger_entries.account_id = last_entry_before.account_id and ledger_entries.number = v_middle
    ) then
      v_low := v_middle;
    else
      v_high := v_middle - 1;
    end if;
  end loop;
  return v_low;
end;
$$;
comment on function private.last_entry_before(bigint, timestamptz) is
  'The number of the last entry of a store''s account that was written before an instant; 0 when there is none.';
