create or replace function private.search_place(
  request private.search_request,
  sort_order private.search_order,
  key text,
  id text
) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when request.after_id is null then 'true'
    else format(
      '(%s, %s) %s (($1).after_key::%s, ($1).after_id)',
      search_place.key, search_place.id, case sort_order.direction when 'desc' then '<' else '>' end, sort_order.type
    )
  end;
end;
$$;
comment on function private.search_place(private.search_request, private.search_order, text, text) is
  'The SQL condition that a row comes after the place where the page begins.';
