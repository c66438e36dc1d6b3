create or replace function private.read_review_text(value text, most integer, needed boolean) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := coalesce(private.tidy_prose(read_review_text.value), '');
begin
  if length(v_text) > read_review_text.most or (read_review_text.needed and v_text = '') then
    raise sqlstate 'PT422' using
      message = format('A text of at most %s characters is needed.', read_review_text.most), detail = 'invalid_text';
  end if;
  return v_text;
end;
$$;
comment on function private.read_review_text(text, integer, boolean) is
  'What somebody says, as it is stored; HTML stays the plain text it is. Errors: invalid_text.';
