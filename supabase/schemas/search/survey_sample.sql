create or replace function private.survey_sample(
  request private.search_request, sort_order private.search_order, conditions text, with_facets boolean
) returns private.search_survey
language plpgsql stable
set search_path = ''
set synchronize_seqscans = off -- a scan begins at the beginning: how far it gets says how many there are
as $$
declare
  c_sample_scale constant integer := 16;
  c_sample_limit constant integer := 300;
  c_row_size constant integer := 600; -- bytes of a row of the sample, roughly
  c_page_reserve constant integer := 5; -- matches of the sample, some 80 products: a page of 20 is almost certain
  -- The rank of the match in the sample with which a page ends.
  v_rank integer := c_page_reserve + request.page_size / c_sample_scale;
  v_share double precision;
  v_last_place tid;
  v_bands integer[];
  v_named_bands integer[];
  v_survey private.search_survey;
begin
  execute format(
    'with %s
    select
      count(*),
      count(*) filter (where found.is_named),
      max(found.place),
      (array_agg(%s order by found.key %s) filter (where %s))[:$2],
      (array_agg(%2$s order by found.key %3$s) filter (where found.is_named and %4$s))[:$2],
      %s
    from found',
    private.search_found(
      'private.product_sample',
      sort_order.key,
      case when request.query is null then 'false' else 'ts_filter(products.search, ''{a}'') @@ ($1).query' end,
      survey_sample.conditions,
      c_sample_limit,
      survey_sample.with_facets
    ),
    format(sort_order.band, 'found.key'),
    sort_order.direction,
    private.search_place(survey_sample.request, survey_sample.sort_order, 'found.key', 'found.id'),
    private.facet_counts(survey_sample.with_facets)
  )
  into v_survey.seen, v_survey.named, v_last_place, v_bands, v_named_bands, v_survey.facets
  using survey_sample.request, v_rank;

  v_survey.match_count := v_survey.seen * c_sample_scale;
  if v_survey.seen = c_sample_limit then
    -- The sample was read from its beginning; how far that was says how many more there are.
    v_share := ((v_last_place::text::point)[0] + 1)
      / (pg_relation_size('private.product_sample') / current_setting('block_size')::integer);
    v_survey.match_count := v_survey.match_count / v_share;
    v_rank := ceil(v_rank * v_share);
  end if;
  v_survey.last_band := v_bands[v_rank];
  v_survey.last_named_band := v_named_bands[v_rank];
  if v_survey.seen = c_sample_limit and sort_order.key = 'products.published_at' then
    -- What comes first in the sample is old. Assume that matches are as new as other products.
    execute format(
      'select %s
      from private.product_sample as products
      where %s
      order by products.published_at desc
      offset $2
      limit 1',
      format(sort_order.band, sort_order.key),
      private.search_place(survey_sample.request, survey_sample.sort_order, sort_order.key, 'products.id')
    )
    into v_survey.last_band
    using survey_sample.request, pg_relation_size('private.product_sample') / c_row_size * 100 / v_survey.match_count;
  end if;
  return v_survey;
end;
$$;
comment on function private.survey_sample(private.search_request, private.search_order, text, boolean) is
  'Asks the sample how large a result is, for its facets, and where in the order the next page will end.';
