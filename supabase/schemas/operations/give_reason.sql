-- Why somebody does what is logged. The log is written by triggers, which see rows and no arguments, so the verb leaves
-- its reason where they find it, for its own transaction.
create or replace function private.give_reason(reason text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_reason constant text := private.tidy_line(give_reason.reason);
begin
  if length(v_reason) > 500 then
    raise sqlstate 'PT422' using
      message = 'A reason has 500 characters at most.', detail = 'invalid_reason';
  end if;
  perform set_config('marketbase.reason', coalesce(v_reason, ''), true);
  return v_reason;
end;
$$;
comment on function private.give_reason(text) is
  'Keeps the reason of what a verb is about to do for the audit log, until the transaction ends or another one is '
  'given; returns it, tidied. Errors: invalid_reason.';
