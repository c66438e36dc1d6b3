-- What may stand in a name or a description, said once. Characters that nobody can see, or that turn the direction of a
-- text around (U+202E and its kin), make two different names look alike; control characters break mails and exports.
-- The joiners U+200C and U+200D are left alone where scripts need them (Persian, the Indic scripts, emoji).
create function private.is_line(value text, max_length integer) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when value is null then null
    when length(value) > max_length then false
    else value ~ '[^\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164]'
      and value !~ '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]'
      and value is nfc normalized
  end;
end;
$$;
comment on function private.is_line(text, integer) is
  'Whether this is one line of visible, NFC-normalised text of at most so many characters. For checks; null passes.';
grant execute on function private.is_line(text, integer) to anon, authenticated, service_role;

create function private.is_prose(value text, max_length integer) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when value is null then null
    when length(value) > max_length then false
    else value !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]'
      and value is nfc normalized
  end;
end;
$$;
comment on function private.is_prose(text, integer) is
  'As is_line, but line breaks and tabs are welcome and it may be empty. For descriptions.';
grant execute on function private.is_prose(text, integer) to anon, authenticated, service_role;

-- The verbs clean what people paste; the checks above refuse what reaches a table by another way.
create function private.tidy_line(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return nullif(btrim(regexp_replace(
    regexp_replace(
      regexp_replace(
        normalize(value, nfc),
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
  'One line of text as it is stored: NFC, without invisible characters, single spaces, trimmed. Nothing left: null.';
grant execute on function private.tidy_line(text) to anon, authenticated, service_role;

-- Nothing that is typed or pasted to name one thing (a code, a link, a token, an address of mail) has a space in it, so
-- whatever cannot be seen goes, wherever it stands; and a keyboard's typographic hyphen was meant as a plain one.
create function private.tidy_code(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return nullif(regexp_replace(
    translate(normalize(value, nfkc), U&'\2010\2011\2012\2013\2014\2015\2212', '-------'),
    '[\s\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
    '\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]', '', 'g'
  ), '');
end;
$$;
comment on function private.tidy_code(text) is
  'A code, link or token as it was meant: without spaces, line breaks and invisible characters, plain hyphens. '
  'Nothing left: null.';
grant execute on function private.tidy_code(text) to anon, authenticated, service_role;

create function private.tidy_prose(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return btrim(
    regexp_replace(
      replace(normalize(value, nfc), e'\r\n', e'\n'),
      '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]', '', 'g'
    ),
    e' \t\n'
  );
end;
$$;
comment on function private.tidy_prose(text) is
  'Several lines of text as they are stored: NFC, line feeds only, without invisible or control characters.';
grant execute on function private.tidy_prose(text) to anon, authenticated, service_role;

create function private.is_email(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when length(value) > 254 then false
    -- https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with a dot in the domain.
    else value ~* '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$'
  end;
end;
$$;
comment on function private.is_email(text) is 'Whether this is an e-mail address by the rule that browsers use. For checks; null passes.';
grant execute on function private.is_email(text) to anon, authenticated, service_role;

create function private.is_phone(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return value ~ '^\+[1-9][0-9]{6,14}$';
end;
$$;
comment on function private.is_phone(text) is
  'Whether this is a phone number as it is stored: E.164 with the plus sign. For checks; null passes.';
grant execute on function private.is_phone(text) to anon, authenticated, service_role;

-- RFC 5646, 2.1, without the forms that were grandfathered: language, script, region, variants, extensions, private use.
create function private.is_locale(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return length(value) <= 60 and value ~ (
    '^[a-z]{2,3}(-[a-z]{3}){0,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*'
    '(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?$'
  );
end;
$$;
comment on function private.is_locale(text) is
  'Whether this is a language tag (BCP 47) as it is stored. For checks; null passes.';
grant execute on function private.is_locale(text) to anon, authenticated, service_role;

create function private.tidy_locale(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  -- POSIX' en_US.UTF-8@euro says the same as en-US.
  v_parts text[] := string_to_array(replace(lower(regexp_replace(private.tidy_code(value), '[.@].*$', '')), '_', '-'), '-');
  v_is_extended boolean := false;
begin
  for v_position in 2 .. coalesce(cardinality(v_parts), 0) loop
    v_is_extended := v_is_extended or length(v_parts[v_position]) = 1;
    v_parts[v_position] := case
      when v_is_extended then v_parts[v_position]
      when length(v_parts[v_position]) = 2 then upper(v_parts[v_position])
      when v_parts[v_position] ~ '^[a-z]{4}$' then initcap(v_parts[v_position])
      else v_parts[v_position]
    end;
  end loop;
  return array_to_string(v_parts, '-');
end;
$$;
comment on function private.tidy_locale(text) is
  'A language tag in the case that BCP 47 recommends: zh-Hant-TW, also for zh_hant_tw. What is no tag stays none.';
