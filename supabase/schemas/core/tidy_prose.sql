-- As tidy_line, for descriptions: line breaks and tabs stay.
create or replace function private.tidy_prose(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return btrim(
    regexp_replace(
      replace(normalize(tidy_prose.value, nfc), e'\r\n', e'\n'),
      '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]',
      '', 'g'
    ),
    e' \t\n'
  );
end;
$$;
comment on function private.tidy_prose(text) is
  'Several lines of text as they are stored: NFC, line feeds only, without invisible or control characters.';
grant execute on function private.tidy_prose(text) to anon, authenticated, service_role;
