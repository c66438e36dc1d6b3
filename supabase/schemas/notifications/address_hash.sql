create or replace function private.address_hash(address text) returns bytea
language sql immutable
set search_path = ''
as $$ select sha256(convert_to(lower(btrim(address_hash.address)), 'UTF8')); $$;
comment on function private.address_hash(text) is
  'How an e-mail address is remembered that must not be kept: the same for all its spellings.';
