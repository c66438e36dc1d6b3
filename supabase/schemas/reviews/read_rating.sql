-- Stars come as JSON, because a text "5" or a 4.5 would otherwise be cast into a number of stars that nobody gave.
create or replace function private.read_rating(rating jsonb) returns smallint
language plpgsql immutable
set search_path = ''
as $$
begin
  if read_rating.rating is null or read_rating.rating::text not in ('1', '2', '3', '4', '5') then
    raise sqlstate 'PT400' using
      message = 'A rating is a whole number of stars from 1 to 5.', detail = 'invalid_rating';
  end if;
  return read_rating.rating::smallint;
end;
$$;
comment on function private.read_rating(jsonb) is 'The stars of a review. Errors: invalid_rating.';
