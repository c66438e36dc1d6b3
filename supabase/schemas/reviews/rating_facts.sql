create or replace function private.rating_facts(subject_type text, subject_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_totals public.rating_totals;
begin
  select * into v_totals
  from public.rating_totals
  where rating_totals.subject_type = rating_facts.subject_type
    and rating_totals.subject_id = rating_facts.subject_id;
  return jsonb_build_object(
    'rating_average', v_totals.rating_average,
    'rating_count', coalesce(v_totals.rating_count, 0),
    'rating_bars', jsonb_build_object(
      '1', coalesce(v_totals.stars_1, 0), '2', coalesce(v_totals.stars_2, 0), '3', coalesce(v_totals.stars_3, 0),
      '4', coalesce(v_totals.stars_4, 0), '5', coalesce(v_totals.stars_5, 0)
    )
  );
end;
$$;
comment on function private.rating_facts(text, uuid) is
  'Average, count and the five bars of what is reviewed, as every answer shows them.';
