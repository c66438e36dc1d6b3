create or replace function private.read_whole_result(
  request private.search_request, sort_order private.search_order, conditions text, with_facets boolean
) returns private.search_page
language plpgsql stable
set search_path = ''
as $$
declare
  v_page private.search_page;
begin
  execute format(
    'with %s, page as (
      select found.id, found.key
      from found
      where %s
      order by found.key %s, found.id %3$s
      limit ($1).page_size + 1
    )
    select (select array_agg(page.id) from page), (select array_agg(page.key::text) from page), count(*), %s
    from found',
    private.search_found(
      'public.products', sort_order.key, 'false', read_whole_result.conditions, 3000, read_whole_result.with_facets
    ),
    private.search_place(read_whole_result.request, read_whole_result.sort_order, 'found.key', 'found.id'),
    sort_order.direction,
    private.facet_counts(read_whole_result.with_facets)
  )
  into v_page
  using read_whole_result.request;
  return v_page;
end;
$$;
comment on function private.read_whole_result(private.search_request, private.search_order, text, boolean) is
  'Reads every match of a small result, counts them, and cuts a page.';
