create or replace function private.read_large_page(
  request private.search_request, sort_order private.search_order, conditions text, match_count integer,
  last_band integer
) returns private.search_page
language plpgsql stable
set search_path = ''
as $$
declare
  v_way private.search_way := private.cheapest_way(
    read_large_page.request, read_large_page.sort_order, read_large_page.match_count, read_large_page.last_band
  );
  v_page private.search_page := private.read_page(
    read_large_page.request, read_large_page.sort_order, read_large_page.conditions, v_way
  );
begin
  if v_way.part is not null and coalesce(cardinality(v_page.ids), 0) <= request.page_size then
    -- What is not in the part comes after what is, so only a full page is the right one.
    v_way.part := null;
    v_page := private.read_page(read_large_page.request, read_large_page.sort_order, read_large_page.conditions, v_way);
  end if;
  return v_page;
end;
$$;
comment on function private.read_large_page(private.search_request, private.search_order, text, integer, integer) is
  'One page of a large result, the same whichever way it is read.';
