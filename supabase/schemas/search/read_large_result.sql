-- By relevance, products named so come before those that only mention it: two results, one after the other. Phase 1
-- is the first, 2 the second; in phase 0 there is no difference.
create or replace function private.read_large_result(
  request private.search_request,
  sort_order private.search_order,
  phase integer,
  survey private.search_survey,
  out page private.search_page,
  out last_phase integer
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_request private.search_request := read_large_result.request;
  v_survey private.search_survey := read_large_result.survey;
  v_more private.search_page;
  v_first_size integer;
begin
  last_phase := read_large_result.phase;
  page := private.read_large_page(
    v_request, read_large_result.sort_order, private.search_conditions(v_request, last_phase),
    v_survey.match_count, v_survey.last_band
  );
  v_first_size := coalesce(cardinality(page.ids), 0);
  if last_phase <> 1 or v_first_size > v_request.page_size then
    return;
  end if;

  -- Those named so come to their end on this page.
  v_request.after_key := null;
  v_request.after_id := null;
  v_request.page_size := request.page_size - v_first_size;
  v_survey := private.survey_sample(
    v_request, read_large_result.sort_order, private.search_conditions(v_request, 2), false
  );
  v_more := private.read_large_page(
    v_request, read_large_result.sort_order, private.search_conditions(v_request, 2), v_survey.match_count,
    v_survey.last_band
  );
  page.ids := page.ids || v_more.ids;
  page.keys := page.keys || v_more.keys;
  last_phase := case when v_first_size = request.page_size then 1 else 2 end;
end;
$$;
comment on function private.read_large_result(
  private.search_request, private.search_order, integer, private.search_survey
) is
  'One page of a large result, and the phase of the last product on it.';
