create or replace function private.read_page(
  request private.search_request, sort_order private.search_order, conditions text, way private.search_way
) returns private.search_page
language plpgsql stable
set search_path = ''
as $$
declare
  v_is_walked constant boolean := way.is_walked is true and way.part is null;
  v_is_gathered constant boolean := way.is_walked is false or way.part is not null;
  v_statement constant text := format(
    'select array_agg(page.id), array_agg(page.key::text)
    from (
      select products.id, %1$s as key
      from public.products
      where %2$s
      order by %3$s %4$s, products.id %4$s
      limit ($1).page_size + 1
    ) as page',
    sort_order.key,
    concat_ws(
      ' and ', read_page.conditions, private.search_place(read_page.request, read_page.sort_order, sort_order.key,
      'products.id'), way.part
    ),
    case
      when not v_is_gathered then sort_order.key
      -- An expression that no index is sorted by.
      when sort_order.type = 'timestamptz' then format('(%s + interval ''0'')', sort_order.key)
      else format('(%s + 0)', sort_order.key)
    end,
    sort_order.direction
  );
  v_page private.search_page;
begin
  if v_is_walked then
    return private.walk_page(v_statement, read_page.request);
  end if;
  execute v_statement into v_page.ids, v_page.keys using read_page.request, read_page.way;
  return v_page;
end;
$$;
comment on function private.read_page(private.search_request, private.search_order, text, private.search_way) is
  'Reads a page of a large result in one way.';
