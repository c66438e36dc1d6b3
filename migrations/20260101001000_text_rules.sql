-- What may stand in a name or a description, said once. Characters that nobody can see, or that turn the direction of a
-- text around (U+202E and its kin), make two different names look alike; control characters break mails and exports.
-- The joiners U+200C and U+200D are left alone where scripts need them (Persian, the Indic scripts, emoji).
create function private.is_line(value text, max_length integer) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when is_line.value is null then null
    when length(is_line.value) > is_line.max_length then false
    when is_line.value ~ '^[!-~]+( [!-~]+)*$' then true
    else is_line.value ~ '[^\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164]'
      and is_line.value !~ (
        '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]'
      )
      and is_line.value is nfc normalized
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
    when is_prose.value is null then null
    when length(is_prose.value) > is_prose.max_length then false
    else is_prose.value !~ (
        '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff'
        '\ufff9-\ufffb]'
      )
      and is_prose.value is nfc normalized
  end;
end;
$$;
comment on function private.is_prose(text, integer) is
  'As is_line, but line breaks and tabs are welcome and it may be empty. For descriptions.';
grant execute on function private.is_prose(text, integer) to anon, authenticated, service_role;

create function private.is_email(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when length(is_email.value) > 254 then false
    -- https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with a dot in the domain.
    else is_email.value ~* (
        '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
        '(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$'
      )
  end;
end;
$$;
comment on function private.is_email(text) is
  'Whether this is an e-mail address by the rule that browsers use. For checks; null passes.';
grant execute on function private.is_email(text) to anon, authenticated, service_role;

create function private.is_phone(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return is_phone.value ~ '^\+[1-9][0-9]{6,14}$';
end;
$$;
comment on function private.is_phone(text) is
  'Whether this is a phone number as it is stored: E.164 with the plus sign. For checks; null passes.';
grant execute on function private.is_phone(text) to anon, authenticated, service_role;

-- RFC 5646, 2.1, without the forms that were grandfathered: language, script, region, variants, extensions, private
-- use.
create function private.is_locale(value text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return length(is_locale.value) <= 60 and is_locale.value ~ (
    '^[a-z]{2,3}(-[a-z]{3}){0,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*'
    '(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?$'
  );
end;
$$;
comment on function private.is_locale(text) is
  'Whether this is a language tag (BCP 47) as it is stored. For checks; null passes.';
grant execute on function private.is_locale(text) to anon, authenticated, service_role;
