-- Verbs clean what people paste; the checks of the tables (private.is_line) refuse what reaches them in another
-- way.
create or replace function private.tidy_line(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  -- Most lines are plain and tidy already; one look costs a tenth of what mending does.
  if tidy_line.value ~ '^[!-~]+( [!-~]+)*$' then
    return tidy_line.value;
  end if;
  return nullif(btrim(regexp_replace(
    regexp_replace(
      regexp_replace(
        normalize(tidy_line.value, nfc),
        '[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]', '', 'g'
      ),
      -- A joiner after a letter of these scripts shows nothing and only makes two equal names differ.
      '([\u0020-\u058f])[\u200c\u200d]+', '\1', 'g'
    ),
    '[\s\u0001-\u001f\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'
  )), '');
end;
$$;
comment on function private.tidy_line(text) is
  'One line of text as it is stored: NFC, without invisible characters, single spaces, trimmed. Null if nothing '
  'is left.';
grant execute on function private.tidy_line(text) to anon, authenticated, service_role;
