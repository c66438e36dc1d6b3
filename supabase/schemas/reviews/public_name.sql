create or replace function private.public_name(full_name text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_words text[] := string_to_array(private.tidy_line(public_name.full_name), ' ');
begin
  return left(v_words[1], 50)
    || case when cardinality(v_words) > 1 then ' ' || left(v_words[cardinality(v_words)], 1) || '.' else '' end;
end;
$$;
comment on function private.public_name(text) is
  'How somebody is called in public: the first name and the initial of the last; null without a name.';
