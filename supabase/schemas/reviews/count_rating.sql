-- Only moves the counters, and never counts: it costs the same with one review and with a million. The row of totals
-- is locked until commit, so that whoever writes a review of the same subject next goes on from what this one left.
create or replace function private.count_rating(
  subject_type text, subject_id uuid, taken smallint, given smallint
) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_totals public.rating_totals;
begin
  loop
    update public.rating_totals
    set stars_1 = stars_1
        + (count_rating.given is not distinct from 1)::integer
        - (count_rating.taken is not distinct from 1)::integer,
      stars_2 = stars_2
        + (count_rating.given is not distinct from 2)::integer
        - (count_rating.taken is not distinct from 2)::integer,
      stars_3 = stars_3
        + (count_rating.given is not distinct from 3)::integer
        - (count_rating.taken is not distinct from 3)::integer,
      stars_4 = stars_4
        + (count_rating.given is not distinct from 4)::integer
        - (count_rating.taken is not distinct from 4)::integer,
      stars_5 = stars_5
        + (count_rating.given is not distinct from 5)::integer
        - (count_rating.taken is not distinct from 5)::integer
    where rating_totals.subject_type = count_rating.subject_type
      and rating_totals.subject_id = count_rating.subject_id
    returning * into v_totals;
    exit when found;
    -- Zeros first, never the change itself: what is proposed must fit the checks, and a change may be negative.
    insert into public.rating_totals (subject_type, subject_id)
    values (count_rating.subject_type, count_rating.subject_id)
    on conflict on constraint rating_totals_pkey do nothing;
  end loop;
  if v_totals.subject_type = 'product' then
    perform private.copy_rating(v_totals);
  end if;
end;
$$;
comment on function private.count_rating(text, uuid, smallint, smallint) is
  'Takes a review with `taken` stars out of the totals of a subject and puts one with `given` stars in; null for '
  'none.';
