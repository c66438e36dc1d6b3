-- The stars of everything that is reviewed: five counters for each subject, moved by a trigger in the transaction that
-- writes a review. So an average costs the same with one review and with a million, and is never late.
create table public.rating_totals (
  subject_type text not null,
  subject_id uuid not null,
  stars_1 integer not null default 0,
  stars_2 integer not null default 0,
  stars_3 integer not null default 0,
  stars_4 integer not null default 0,
  stars_5 integer not null default 0,
  rating_count integer not null generated always as (stars_1 + stars_2 + stars_3 + stars_4 + stars_5) stored,
  rating_sum bigint not null generated always as (
    stars_1 + 2::bigint * stars_2 + 3::bigint * stars_3 + 4::bigint * stars_4 + 5::bigint * stars_5
  ) stored,
  -- Rounded, but 5.00 and 1.00 say that all agree.
  rating_average numeric(3, 2) generated always as (
    case stars_1 + stars_2 + stars_3 + stars_4 + stars_5
      when 0 then null
      when stars_5 then 5.00
      when stars_1 then 1.00
      else greatest(least(
        round(
          (stars_1 + 2::numeric * stars_2 + 3::numeric * stars_3 + 4::numeric * stars_4 + 5::numeric * stars_5)
            / (stars_1 + stars_2 + stars_3 + stars_4 + stars_5),
          2
        ),
        4.99
      ), 1.01)
    end
  ) stored,
  constraint rating_totals_pkey primary key (subject_type, subject_id),
  constraint rating_totals_subject_type_check check (subject_type in ('product', 'store', 'service')),
  constraint rating_totals_stars_check check (
    stars_1 >= 0 and stars_2 >= 0 and stars_3 >= 0 and stars_4 >= 0 and stars_5 >= 0
  )
) with (fillfactor = 50);
alter table public.rating_totals enable row level security;
grant select on public.rating_totals to anon, authenticated, service_role;
comment on table public.rating_totals is
  'How many visible reviews of a product, store or service have how many stars. No row means none. Readable by '
  'everybody; moved by a trigger of reviews.';
comment on column public.rating_totals.stars_5 is 'Visible reviews with five stars.';
comment on column public.rating_totals.rating_average is
  'Plain average of the stars with two decimals, null without a review. 5.00 and 1.00 only if all agree: else at '
  'most 4.99 and at least 1.01.';

-- When the weights of private.settings change, products get their new scores in key order, some at a time.
create table private.rescoring (
  id boolean primary key default true,
  done_until uuid not null default '00000000-0000-0000-0000-000000000000',
  constraint rescoring_id_check check (id)
);
alter table private.rescoring enable row level security;
comment on table private.rescoring is
  'A row while products get the scores of new weights, with the last product that has its own; see rescore_products.';
