create or replace function private.request_limits_ms() returns integer[]
language sql immutable
set search_path = ''
as $$ select array[25, 50, 100, 250, 500, 1000, 2500, 5000, 10000]; $$;
comment on function private.request_limits_ms() is
  'Upper limits of the buckets that durations are counted in, in milliseconds.';
