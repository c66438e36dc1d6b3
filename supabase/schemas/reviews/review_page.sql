create or replace function private.review_page(
  subject_type text, subject_id uuid, rating integer, is_by_helpful boolean, after_count integer, after_id uuid,
  size integer
) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  -- Put together of fixed pieces, so that each form has the plan of its own index.
  execute format(
    'select array_agg(page.id) from (
      select reviews.id
      from public.reviews
      where reviews.subject_type = $1 and reviews.subject_id = $2 and reviews.status = ''visible'' %s %s
      order by %s reviews.id desc
      limit $6
    ) as page',
    case when review_page.rating is not null then 'and reviews.rating = $3::smallint' end,
    case
      when review_page.after_id is null then null
      when review_page.is_by_helpful then 'and (reviews.helpful_count, reviews.id) < ($4, $5)'
      else 'and reviews.id < $5'
    end,
    case when review_page.is_by_helpful then 'reviews.helpful_count desc,' end
  )
  into v_ids
  using review_page.subject_type, review_page.subject_id, review_page.rating, review_page.after_count,
    review_page.after_id, review_page.size;
  return coalesce(v_ids, '{}');
end;
$$;
comment on function private.review_page(text, uuid, integer, boolean, integer, uuid, integer) is
  'Ids of visible reviews of a subject after a place: the newest first, or the most helpful; rating null: any stars.';
