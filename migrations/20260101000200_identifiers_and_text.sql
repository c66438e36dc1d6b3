-- What every table uses: time-ordered ids, folded text, and the `updated_at` trigger.

-- Built from parts of Postgres 17, which has no uuidv7() of its own yet. plpgsql, because it keeps its plan between calls:
-- an SQL function with a pinned search path cannot be inlined and is planned anew by every statement (2 us against 25).
create function private.uuid_v7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
begin
  return encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;
end;
$$;
comment on function private.uuid_v7() is
  'A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then random bits. Inserts in time order stay local in an index.';
grant execute on function private.uuid_v7() to anon, authenticated, service_role;

-- unaccent() is only stable, because its dictionary could be replaced. Ours is not, so naming the dictionary makes the
-- result a constant of its input, which indexes and generated columns require.
create function private.fold(value text) returns text
language sql immutable strict parallel safe
set search_path = ''
as $$
  select lower(extensions.unaccent('extensions.unaccent', normalize(value, nfkc)));
$$;
comment on function private.fold(text) is
  'Text as people compare it: compatibility-normalised, without accents, in lower case. Used for search and for uniqueness of names.';
grant execute on function private.fold(text) to anon, authenticated, service_role;

create function private.tg__timestamps() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.tg__timestamps() is 'Before update, on any table: sets updated_at.';
