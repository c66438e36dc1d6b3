-- A ledger is corrected by another row, never by a change of what was written.
create or replace function private.tg__append_only() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  raise sqlstate 'PT403' using
    message = format('%s is append-only.', tg_table_name), detail = 'append_only', hint = 'Add a correcting row.';
end;
$$;
comment on function private.tg__append_only() is
  'Before update, delete or truncate of a ledger: refuses, whatever the role. Errors: append_only.';

create or replace trigger _000_append_only
  before update or delete on public.stock_moves
  for each row execute function private.tg__append_only();
create or replace trigger _000_append_only_truncate
  before truncate on public.stock_moves
  for each statement execute function private.tg__append_only();

create or replace trigger _000_append_only
  before update or delete on public.audit_log
  for each row execute function private.tg__append_only();
create or replace trigger _000_append_only_truncate
  before truncate on public.audit_log
  for each statement execute function private.tg__append_only();

create or replace trigger _000_append_only
  before update or delete on public.order_events
  for each row execute function private.tg__append_only();
create or replace trigger _000_append_only_truncate
  before truncate on public.order_events
  for each statement execute function private.tg__append_only();

create or replace trigger _000_append_only
  before update or delete on public.moderation_decisions
  for each row execute function private.tg__append_only();
create or replace trigger _000_append_only_truncate
  before truncate on public.moderation_decisions
  for each statement execute function private.tg__append_only();

create or replace trigger _000_append_only
  before update or delete on private.ledger_postings
  for each row execute function private.tg__append_only();
create or replace trigger _000_append_only_truncate
  before truncate on private.ledger_postings
  for each statement execute function private.tg__append_only();

create or replace trigger _000_append_only
  before update or delete on private.ledger_entries
  for each row execute function private.tg__append_only();
create or replace trigger _000_append_only_truncate
  before truncate on private.ledger_entries
  for each statement execute function private.tg__append_only();
