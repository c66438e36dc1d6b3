create or replace function private.require_time_zone(time_zone text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  -- Postgres would also take 'UTC+3' (with POSIX' reversed sign) and abbreviations; the pattern leaves IANA names.
  if require_time_zone.time_zone ~ '^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]+){1,2})$' is not true then
    raise invalid_parameter_value;
  end if;
  perform now() at time zone require_time_zone.time_zone;
exception when invalid_parameter_value then
  raise sqlstate 'PT422' using
    message = 'That time zone does not exist.', detail = 'invalid_time_zone',
    hint = 'Use an IANA name, such as Asia/Kolkata.';
end;
$$;
comment on function private.require_time_zone(text) is
  'Refuses what is no IANA name of a time zone that Postgres knows. Errors: invalid_time_zone.';
