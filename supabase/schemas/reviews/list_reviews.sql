-- Pages by keyset: a page begins where the one before it ended, along the index of its order, so the thousandth costs
-- what the first does. By stars, the newest come first among equals; that is one short read for each number of stars.
create or replace function private.list_reviews(
  subject_type text, subject_id uuid, sort text, rating integer, page_size integer, cursor text
) returns jsonb
language plpgsql stable
security definer -- reads past RLS; every statement asks for visible reviews itself
set search_path = ''
as $$
declare
  v_size integer := least(greatest(coalesce(list_reviews.page_size, 20), 1), 100);
  v_sort text := coalesce(list_reviews.sort, 'newest');
  v_after jsonb;
  v_after_id uuid;
  v_after_key integer;
  v_stars integer;
  v_ids uuid[] := '{}';
  v_more uuid[];
  v_answer jsonb;
  v_last public.reviews;
begin
  if v_sort not in ('newest', 'helpful', 'highest', 'lowest') then
    raise sqlstate 'PT422' using
      message = 'There is no such order.', detail = 'invalid_sort', hint = 'newest, helpful, highest or lowest';
  end if;
  if list_reviews.rating not between 1 and 5 then
    raise sqlstate 'PT422' using
      message = 'A filter by stars is a number from 1 to 5.', detail = 'invalid_filter';
  end if;
  perform private.require_subject(list_reviews.subject_type, list_reviews.subject_id);
  if list_reviews.cursor is not null then
    v_after := private.read_review_cursor(list_reviews.cursor, v_sort);
    v_after_id := (v_after ->> 'i')::uuid;
    v_after_key := (v_after ->> 'k')::integer;
  end if;

  if v_sort in ('highest', 'lowest') and list_reviews.rating is null then
    for v_stars in
      select case v_sort when 'highest' then 6 - number else number end from generate_series(1, 5) as number
    loop
      continue when v_after_key is not null
        and (case v_sort when 'highest' then v_stars > v_after_key else v_stars < v_after_key end);
      exit when cardinality(v_ids) > v_size;
      v_ids := v_ids || private.review_page(
        list_reviews.subject_type, list_reviews.subject_id, v_stars, false, null,
        case when v_stars = v_after_key then v_after_id end, v_size + 1 - cardinality(v_ids)
      );
    end loop;
  else
    v_ids := private.review_page(
      list_reviews.subject_type, list_reviews.subject_id, list_reviews.rating, v_sort = 'helpful',
      case when v_sort = 'helpful' then v_after_key end, v_after_id, v_size + 1
    );
  end if;

  select jsonb_agg(cards.card order by array_position(v_ids, cards.review_id)) into v_answer
  from private.review_cards(v_ids[1:v_size]) as cards;
  if cardinality(v_ids) > v_size then
    select * into v_last from public.reviews where reviews.id = v_ids[v_size];
  end if;
  return private.rating_facts(list_reviews.subject_type, list_reviews.subject_id) || jsonb_build_object(
    'items', coalesce(v_answer, '[]'::jsonb),
    'next_cursor', case
      when v_last.id is not null then private.write_search_cursor(jsonb_build_object(
        's', v_sort, 'i', v_last.id, 'k', case v_sort when 'helpful' then v_last.helpful_count else v_last.rating end
      ))
    end
  );
end;
$$;
comment on function private.list_reviews(text, uuid, text, integer, integer, text) is 'See public.list_reviews.';
grant execute on function private.list_reviews(text, uuid, text, integer, integer, text)
  to anon, authenticated, service_role;

create or replace function public.list_reviews(
  subject_type text, subject_id uuid, sort text default 'newest', rating integer default null,
  page_size integer default 20, cursor text default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.list_reviews(
    list_reviews.subject_type, list_reviews.subject_id, list_reviews.sort, list_reviews.rating,
    list_reviews.page_size, list_reviews.cursor
  );
$$;
comment on function public.list_reviews(text, uuid, text, integer, integer, text) is
  'Visible reviews of a product, store or service the caller may see: {rating_average, rating_count, rating_bars, '
  'items, next_cursor}. sort: newest, helpful, highest, lowest; rating: only those with so many stars. Send '
  'next_cursor back as cursor, with the same sort. Errors: invalid_subject, product_not_found, store_not_found, '
  'service_not_found, invalid_sort, invalid_filter, invalid_cursor.';
grant execute on function public.list_reviews(text, uuid, text, integer, integer, text)
  to anon, authenticated, service_role;
