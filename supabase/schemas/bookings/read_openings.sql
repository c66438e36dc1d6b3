-- Clock times as people write them. Whoever calls this adds what the openings belong to.
create or replace function private.read_openings(hours jsonb, with_weekday boolean)
returns table (weekday smallint, opens time, closes time)
language plpgsql immutable rows 7
set search_path = ''
as $$
begin
  if jsonb_typeof(read_openings.hours) is distinct
    from 'array' or jsonb_array_length(read_openings.hours) > 100 or exists (
    select from jsonb_array_elements(read_openings.hours) as given (opening)
    where jsonb_typeof(given.opening) <> 'object'
      or coalesce(given.opening ->> 'opens', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$'
      or coalesce(given.opening ->> 'closes', '') !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$'
      or (read_openings.with_weekday and coalesce(given.opening ->> 'weekday', '') !~ '^[1-7]$')
  ) then
    raise sqlstate 'PT422' using
      message = 'Hours are a list of {opens, closes}, such as 09:00 and 17:30; of a week each with weekday, 1 (Monday) '
        'to 7.',
      detail = 'invalid_hours', hint = 'closes may be 24:00; at or before opens it is on the next day.';
  end if;
  return query
  select
    (given.opening ->> 'weekday')::smallint, (given.opening ->> 'opens')::time, (given.opening ->> 'closes')::time
  from jsonb_array_elements(read_openings.hours) as given (opening);
end;
$$;
comment on function private.read_openings(jsonb, boolean) is
  'The openings of [{weekday, opens, closes}]. Errors: invalid_hours.';
