create or replace function private.search_term(part text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  c_max_units constant integer := 64;
  c_unspaced constant text := '^[' || private.unspaced_letters() || ']';
  v_atoms constant text[] := string_to_array(search_term.part, '+');
  v_units text[];
  v_terms text[] := '{}';
  v_piece text;
  v_was_spaced boolean := false; -- whether the atom before is of this kind
  v_is_spaced boolean;
begin
  for number in 1 .. cardinality(v_atoms) loop
    v_is_spaced := v_atoms[number] !~ c_unspaced;
    if not v_is_spaced then
      v_units := (private.unspaced_units(v_atoms[number]))[1:c_max_units];
      if cardinality(v_units) = 1 then
        v_terms := v_terms || format('''%s'':*', v_units[1]);
      end if;
      for place in 2 .. cardinality(v_units) loop
        v_terms := v_terms || format('''%s''', v_units[place - 1] || v_units[place]);
      end loop;
    elsif v_was_spaced then
      v_piece := private.search_stem(v_atoms[number]);
      v_terms := v_terms
        || private.either_lexeme(v_atoms[number - 1] || v_piece, private.ungrouped(v_atoms[number - 1]) || v_piece);
    elsif number = cardinality(v_atoms) or v_atoms[number + 1] ~ c_unspaced then
      v_terms := v_terms
        || private.either_lexeme(private.search_stem(v_atoms[number]), private.ungrouped(v_atoms[number]));
    end if;
    v_was_spaced := v_is_spaced;
  end loop;
  return array_to_string(v_terms, ' & ');
end;
$$;
comment on function private.search_term(text) is
  'The text of a tsquery that finds a part of a word of private.search_text(): letters and digits in pairs, as a '
  'document holds them.';
