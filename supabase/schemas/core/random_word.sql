-- Makes links unique where a name alone is taken. No i, l, o, 0 or 1: people read such words aloud and type them.
create or replace function private.random_word(length integer) returns text
language plpgsql volatile -- an SQL function would be planned by every statement that calls it
set search_path = ''
as $$
begin
  return (select string_agg(substr('abcdefghjkmnpqrstuvwxyz23456789', 1 + get_byte(bytes.value, position) % 31, 1), '')
  from (select extensions.gen_random_bytes(random_word.length) as value) as bytes
  cross join generate_series(0, random_word.length - 1) as position);
end;
$$;
comment on function private.random_word(integer) is
  'So many random lower-case letters and digits, none of which is mistaken for another.';
