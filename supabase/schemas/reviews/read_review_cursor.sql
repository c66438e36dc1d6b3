create or replace function private.read_review_cursor(cursor text, sort text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_place jsonb;
begin
  if length(read_review_cursor.cursor) > 300 then
    raise invalid_parameter_value;
  end if;
  v_place := private.decode_cursor(read_review_cursor.cursor);
  if jsonb_typeof(v_place) is distinct from 'object'
    or (v_place ->> 's') is distinct from read_review_cursor.sort
    or (v_place ->> 'i')::uuid is null
    or (v_place ->> 'k')::integer is null
  then
    raise invalid_parameter_value;
  end if;
  return v_place;
exception when others then
  raise sqlstate 'PT400' using
    message = 'That is no cursor of this list.', detail = 'invalid_cursor',
    hint = 'Send next_cursor back unchanged, with the same sort.';
end;
$$;
comment on function private.read_review_cursor(text, text) is
  'Reads where the page before ended. Errors: invalid_cursor.';
