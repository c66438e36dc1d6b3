-- Search filters and sorts by what stands in the product. Of a popular one two decimals seldom change, so its row is
-- seldom written.
create or replace function private.copy_rating(totals public.rating_totals) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_score numeric := case
    when totals.rating_count > 0 then private.rating_score(totals.rating_count, totals.rating_sum) else 0
  end;
begin
  update public.products
  set rating_average = totals.rating_average, rating_score = v_score
  where products.id = totals.subject_id
    and (products.rating_average, products.rating_score) is distinct from (totals.rating_average, v_score);
end;
$$;
comment on function private.copy_rating(public.rating_totals) is
  'Copies average and score of a product''s totals, which the caller has locked, into the product.';
