create or replace function private.read_search_cursor(cursor text, sort text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_place jsonb;
begin
  if length(read_search_cursor.cursor) > 500 then
    raise invalid_parameter_value;
  end if;
  v_place := private.decode_cursor(read_search_cursor.cursor);
  if jsonb_typeof(v_place) is distinct from 'object'
    or (v_place ->> 's') is distinct from read_search_cursor.sort
    or (v_place ->> 'i')::uuid is null
    or (v_place ->> 'l')::boolean is null
    or (v_place ->> 'c')::boolean is null
    or coalesce((v_place ->> 'p')::integer, -1) not between 0 and 2
    -- The key is cast to its type here, so that a forged one fails here.
    or (
      case
        when read_search_cursor.sort = 'newest' then (v_place ->> 'k')::timestamptz is null
        else (v_place ->> 'k')::real is null or (v_place ->> 'k') !~ '^[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$'
      end
    )
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
comment on function private.read_search_cursor(text, text) is
  'Reads where the page before ended. Errors: invalid_cursor.';
