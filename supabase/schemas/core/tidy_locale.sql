-- Browsers, phones and servers write the same language tag in different ways; one is stored.
create or replace function private.tidy_locale(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  -- POSIX' en_US.UTF-8@euro says the same as en-US.
  v_parts text[] := string_to_array(
    replace(lower(regexp_replace(private.tidy_code(tidy_locale.value), '[.@].*$', '')), '_', '-'), '-'
  );
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
  'A language tag in the case that BCP 47 recommends: zh-Hant-TW, also for zh_hant_tw. What is no tag is not made '
  'one; private.is_locale refuses it.';
