-- What every table uses: time-ordered ids and folded text.

-- Postgres 17 has no uuidv7() of its own yet. plpgsql, because it keeps its plan between calls: an SQL function
-- with a pinned search path cannot be inlined and is planned anew by every statement (2 us against 25).
create function private.uuid_v7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  v_ticks bigint := date_part('epoch', clock_timestamp()) * 4096000;
begin
  return encode(
    int8send(((v_ticks >> 12) << 16) | (7 << 12) | (v_ticks & 4095))
      || substring(uuid_send(gen_random_uuid()) from 9),
    'hex'
  )::uuid;
end;
$$;
comment on function private.uuid_v7() is
  'A UUID version 7 (RFC 9562, method 3): 48 bits of Unix milliseconds, 12 bits of the fraction, then random '
  'bits. Inserts in time order stay local in an index, and rows of one transaction sort as they were written.';
grant execute on function private.uuid_v7() to anon, authenticated, service_role;

-- unaccent() is only stable, because its dictionary could be replaced. Ours is not, so naming the dictionary makes
-- the result a constant of its input, which indexes and generated columns require. The collation is named as well:
-- what is a letter, and which is its capital, must not depend on how the database was created.
create function private.fold(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  if octet_length(fold.value) = length(fold.value) then
    return lower(fold.value collate pg_c_utf8);
  end if;
  -- A sigma at the end of a word has a letter of its own, but no capital of its own.
  return replace(
    lower(extensions.unaccent('extensions.unaccent', normalize(fold.value, nfkc)) collate pg_c_utf8), 'ς', 'σ'
  );
end;
$$;
comment on function private.fold(text) is
  'Text as people compare it: compatibility-normalised, without accents, in lower case. Used for search and for '
  'uniqueness of names.';
grant execute on function private.fold(text) to anon, authenticated, service_role;
