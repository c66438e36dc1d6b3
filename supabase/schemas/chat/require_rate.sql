create or replace function private.require_rate(times timestamptz[], most integer, within interval) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  -- The newest that must be old enough before another one may follow.
  if cardinality(require_rate.times) >= require_rate.most then
    raise sqlstate 'PT429' using
      message = 'That was too much in a short time.', detail = 'rate_limited',
      hint = format(
        'seconds: %s',
        greatest(ceil(extract(
          epoch from require_rate.times[require_rate.most] + require_rate.within - clock_timestamp()
        )), 1)
      );
  end if;
end;
$$;
comment on function private.require_rate(timestamptz[], integer, interval) is
  'Refuses when so many happened within a while, given the times of the latest, newest first; the hint says how many '
  'seconds to wait. Errors: rate_limited.';
