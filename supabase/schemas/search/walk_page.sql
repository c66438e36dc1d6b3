create or replace function private.walk_page(statement text, request private.search_request) returns private.search_page
language plpgsql stable
set search_path = ''
set enable_sort = off -- the planner takes words for independent, thus rare together, and would gather and sort instead
as $$
declare
  v_page private.search_page;
begin
  execute walk_page.statement into v_page.ids, v_page.keys using walk_page.request;
  return v_page;
end;
$$;
comment on function private.walk_page(text, private.search_request) is
  'Runs a statement that reads a page along the index of its order.';
