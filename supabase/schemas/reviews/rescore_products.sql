-- New weights change the score of every rated product, which one transaction would lock for minutes. Each run takes
-- the next in key order; totals first, then their products, as whoever writes a review does.
create or replace function private.rescore_products(max_rows integer default 1000) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on these
set search_path = ''
as $$
declare
  v_until uuid;
  v_totals public.rating_totals;
  v_count integer := 0;
begin
  select rescoring.done_until into v_until from private.rescoring for update skip locked;
  if not found then
    return 0;
  end if;
  for v_totals in
    select *
    from public.rating_totals
    where rating_totals.subject_type = 'product' and rating_totals.subject_id > v_until
    order by rating_totals.subject_id
    limit rescore_products.max_rows
    for no key update
  loop
    perform private.copy_rating(v_totals);
    v_until := v_totals.subject_id;
    v_count := v_count + 1;
  end loop;
  if v_count < rescore_products.max_rows then
    delete from private.rescoring where rescoring.id;
  else
    update private.rescoring set done_until = v_until where rescoring.id;
  end if;
  return v_count;
end;
$$;
comment on function private.rescore_products(integer) is
  'Gives products the scores of the weights in private.settings after these were changed; returns how many were '
  'looked at. A job, every minute.';
