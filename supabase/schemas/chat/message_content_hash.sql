create or replace function private.message_content_hash(body text, paths text[]) returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
  return sha256(convert_to(jsonb_build_array(
    message_content_hash.body, coalesce(to_jsonb(message_content_hash.paths), '[]')
  )::text, 'utf8'));
end;
$$;
comment on function private.message_content_hash(text, text[]) is 'What a message says, told apart from any other.';
