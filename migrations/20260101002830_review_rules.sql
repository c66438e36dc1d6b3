-- What reviews are measured by: the operator's figures, who has worked for a store and when, what a person did today.
alter table private.settings
  add column rating_prior_count integer not null default 20,
  add column rating_prior_average numeric(3, 2) not null default 4.20,
  add column review_days integer not null default 100,
  add column review_edit_days integer not null default 30,
  add column review_request_days integer not null default 7,
  add column review_appeal_months integer not null default 6,
  add column reviews_per_day integer not null default 50,
  add column reports_per_day integer not null default 50,
  add constraint settings_rating_prior_count_check check (rating_prior_count between 0 and 10000),
  add constraint settings_rating_prior_average_check check (rating_prior_average between 1 and 5),
  add constraint settings_review_days_check check (review_days between 1 and 3650),
  add constraint settings_review_edit_days_check check (review_edit_days between 0 and 3650),
  add constraint settings_review_request_days_check check (review_request_days between 0 and 60),
  add constraint settings_review_appeal_months_check check (review_appeal_months between 6 and 60),
  add constraint settings_reviews_per_day_check check (reviews_per_day between 1 and 100000),
  add constraint settings_reports_per_day_check check (reports_per_day between 1 and 100000);
comment on column private.settings.rating_prior_count is
  'What the sort by rating adds to every product: so many reviews with rating_prior_average stars. A change is '
  'worked into the products by a job.';
comment on column private.settings.rating_prior_average is 'Stars of the reviews that the sort by rating adds.';
comment on column private.settings.review_days is 'For how many days after delivery a review may be written.';
comment on column private.settings.review_edit_days is
  'For how many days after it was written a review may be changed.';
comment on column private.settings.review_request_days is
  'How many days after delivery, or after an appointment, a customer is asked for reviews by mail; 0: never.';
comment on column private.settings.review_appeal_months is
  'For how many calendar months an appeal against a decision is taken.';
comment on column private.settings.reviews_per_day is 'How many reviews one person may write within a day.';
comment on column private.settings.reports_per_day is 'How many reviews one person may report within a day.';

-- Where somebody has worked stays known: for what they ordered then, they write no review.
create table private.former_members (
  store_id uuid not null references public.stores (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  joined_at timestamptz not null,
  left_at timestamptz not null default now(),
  constraint former_members_pkey primary key (store_id, user_id, left_at),
  constraint former_members_left_after_joining_check check (left_at >= joined_at)
);
create index former_members_user_id_idx on private.former_members (user_id);
alter table private.former_members enable row level security;
comment on table private.former_members is 'Who worked for a store, and when. Kept by a trigger of store_members.';

create table private.daily_uses (
  user_id uuid not null references auth.users (id) on delete cascade,
  action text not null,
  began_at timestamptz not null default now(),
  uses integer not null default 1,
  constraint daily_uses_pkey primary key (user_id, action)
) with (fillfactor = 50);
alter table private.daily_uses enable row level security;
comment on table private.daily_uses is
  'How often somebody did what only so many times a day is allowed, in the day that began at began_at.';
