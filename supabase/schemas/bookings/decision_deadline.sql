create or replace function private.decision_deadline(starts_at timestamptz) returns timestamptz
language sql stable
set search_path = ''
as $$ select least(private.clock() + interval '24 hours', decision_deadline.starts_at); $$;
comment on function private.decision_deadline(timestamptz) is
  'Until when a store decides a request made now: 24 hours, at most until it would begin.';
