-- A vowel or tone mark goes with its consonant, and so does what is written below one: "สี" is one unit, not two.
create or replace function private.unspaced_units(letters text) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  c_max_length constant integer := 16; -- a letter has three marks at most, where it means something
  c_marks constant text :=
    '\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060'
    '\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u109a-\u109d\u17b6-\u17d3\u17dd\u3099\u309a';
begin
  if unspaced_units.letters !~ ('[' || c_marks || ']') then
    return string_to_array(unspaced_units.letters, null);
  end if;
  return array(
    select left(units.match[1], c_max_length)
    from regexp_matches(
      -- The two signs say that the next letter is written below.
      unspaced_units.letters, '.(?:[\u1039\u17d2].|[' || c_marks || '])*', 'g'
    ) with ordinality as units (match, place)
    order by units.place
  );
end;
$$;
comment on function private.unspaced_units(text) is 'The characters of unspaced letters, as people count them.';
