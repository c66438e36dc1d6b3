create or replace function private.search_answer(
  product_ids uuid[],
  next_cursor text,
  total integer,
  is_exact boolean,
  facets jsonb,
  corrected_query text
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(cards.card order by array_position(search_answer.product_ids, cards.product_id))
      from private.product_cards(search_answer.product_ids) as cards
    ), '[]'::jsonb),
    'next_cursor', search_answer.next_cursor,
    'total', case
      when search_answer.total is not null
        then jsonb_build_object('count', search_answer.total, 'is_exact', search_answer.is_exact)
    end,
    'facets', search_answer.facets,
    'corrected_query', search_answer.corrected_query
  );
end;
$$;
comment on function private.search_answer(uuid[], text, integer, boolean, jsonb, text) is
  'The answer of search_products, from its parts.';
