-- A phone number as people write it: with spaces, brackets, dots and hyphens, with 00 for the plus sign, or as it
-- is dialled at home. Stored is one form only (E.164), because it is compared, and dialled by machines.
create or replace function private.tidy_phone(value text, country_code text default null) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  -- +44 (0)20 …: the zero in brackets is for those who dial at home. Digits of Arabic and Persian keyboards are digits.
  v_phone text := case when tidy_phone.value is not null then regexp_replace(
    replace(
      translate(
        private.tidy_code(tidy_phone.value),
        U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9',
        '01234567890123456789'
      ),
      '(0)', ''
    ),
    '^tel:|[().\u00b7/-]', '', 'gi'
  ) end;
  v_country public.countries;
begin
  if v_phone = '' or v_phone is null then
    return null;
  end if;
  if v_phone ~ '^00[1-9]' then
    return '+' || substr(v_phone, 3);
  end if;
  if v_phone !~ '^[0-9]+$' then
    return v_phone;
  end if;
  select * into v_country from public.countries where countries.code = upper(tidy_phone.country_code);
  if v_country.calling_code is null then
    return v_phone;
  end if;
  if v_country.trunk_prefix <> '' and starts_with(v_phone, v_country.trunk_prefix) then
    v_phone := substr(v_phone, length(v_country.trunk_prefix) + 1);
  elsif starts_with(v_phone, v_country.calling_code) and length(v_phone) > 10 then
    -- More digits than are dialled at home, and they begin as from abroad: whether a plus sign is missing, we do
    -- not guess.
    return v_phone;
  end if;
  if length(v_phone) < 5 or (v_country.calling_code = '1' and v_phone !~ '^[2-9][0-9]{9}$') then
    return v_phone;
  end if;
  return '+' || v_country.calling_code || v_phone;
end;
$$;
comment on function private.tidy_phone(text, text) is
  'A phone number in E.164; one without + or 00 is taken for a number of this country. Null if empty. What cannot '
  'be read stays as it is, and private.is_phone refuses it.';
