-- What is typed or pasted to name one thing (a code, a link, a token, an e-mail address) has no space in it. So
-- invisible characters go wherever they stand, and the typographic hyphens that some keyboards write become plain
-- ones.
create or replace function private.tidy_code(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  if tidy_code.value ~ '^[!-~]+$' then
    return tidy_code.value;
  end if;
  return nullif(regexp_replace(
    translate(normalize(tidy_code.value, nfkc), U&'\2010\2011\2012\2013\2014\2015\2212', '-------'),
    '[\s\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
    '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]', '', 'g'
  ), '');
end;
$$;
comment on function private.tidy_code(text) is
  'A code, link or token as it was meant: without spaces, line breaks and invisible characters, with plain '
  'hyphens. Null if nothing is left.';
grant execute on function private.tidy_code(text) to anon, authenticated, service_role;
