-- What time it is for everything that is booked. Tests put another function in its place; no client can send a time of
-- its own.
create or replace function private.clock() returns timestamptz
language plpgsql stable -- an SQL function would be planned by every statement that calls it
set search_path = ''
as $$
begin
  return now();
end;
$$;
comment on function private.clock() is
  'The time by which holds end, notice is counted and slots are offered: the time of the transaction.';
