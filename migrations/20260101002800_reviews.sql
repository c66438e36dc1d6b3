-- What customers say of what they received. A review is bound to its purchase, so that only who received a thing speaks
-- of it, and there is one for each author and subject. It outlives the account of its author, without the name.
create table public.reviews (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  subject_type text not null,
  subject_id uuid not null,
  author_id uuid references auth.users (id) on delete set null,
  author_name text,
  order_line_id uuid references public.order_lines (id) on delete restrict,
  booking_id uuid references public.bookings (id) on delete restrict,
  rating smallint not null,
  body text not null default '',
  status text not null default 'visible',
  helpful_count integer not null default 0,
  unhelpful_count integer not null default 0,
  edited_after_reply boolean not null default false,
  edited_at timestamptz,
  created_at timestamptz not null default now(),
  constraint reviews_subject_type_check check (subject_type in ('product', 'store', 'service')),
  constraint reviews_purchase_check check (num_nonnulls(order_line_id, booking_id) = 1),
  constraint reviews_rating_check check (rating between 1 and 5),
  constraint reviews_body_check check (private.is_prose(body, 5000)),
  constraint reviews_status_check check (status in ('visible', 'hidden')),
  constraint reviews_author_name_check check (private.is_line(author_name, 60)),
  constraint reviews_counts_check check (helpful_count >= 0 and unhelpful_count >= 0),
  constraint reviews_subject_type_subject_id_author_id_key unique (subject_type, subject_id, author_id)
) with (fillfactor = 85);
-- One index for each order of a list, the id last, so that a page is read from where the one before it ended.
create index reviews_subject_idx on public.reviews (subject_type, subject_id, id);
create index reviews_subject_rating_idx on public.reviews (subject_type, subject_id, rating, id);
create index reviews_subject_helpful_idx on public.reviews (subject_type, subject_id, helpful_count, id);
create index reviews_subject_rating_helpful_idx
  on public.reviews (subject_type, subject_id, rating, helpful_count, id);
create index reviews_author_id_idx on public.reviews (author_id, id);
create index reviews_store_id_idx on public.reviews (store_id, id);
create index reviews_order_line_id_idx on public.reviews (order_line_id);
create index reviews_booking_id_idx on public.reviews (booking_id);
alter table public.reviews enable row level security;
grant select on public.reviews to anon, authenticated, service_role;
-- No write is granted: a review is written, changed and judged by verbs, which ask for the purchase.
comment on table public.reviews is
  'What customers say of products, stores and services. Everybody reads visible ones, also of what is not for sale '
  'any more; authors read their own in any state. Lists page by id, which is time-ordered; see list_reviews.';
comment on column public.reviews.subject_id is 'The id of the product, store or service.';
comment on column public.reviews.author_id is 'Who wrote it; null once the account was deleted.';
comment on column public.reviews.author_name is
  'How the author is called in public: first name and an initial. Null without a name, and once the account was '
  'deleted.';
comment on column public.reviews.order_line_id is 'The delivered purchase that it speaks of; or:';
comment on column public.reviews.booking_id is 'The completed appointment that it speaks of.';
comment on column public.reviews.rating is 'Stars, 1 to 5.';
comment on column public.reviews.status is 'hidden: by those who run the marketplace; it counts nowhere.';
comment on column public.reviews.helpful_count is 'How many found it helpful: the sum of the votes that say so.';
comment on column public.reviews.edited_after_reply is 'Whether it was changed after the store had answered it.';

create table public.review_media (
  review_id uuid not null references public.reviews (id) on delete cascade,
  path text not null,
  position smallint not null,
  is_visible boolean not null default true,
  constraint review_media_pkey primary key (review_id, position),
  constraint review_media_path_key unique (path),
  constraint review_media_path_lies_among_reviews check (
    path ~ '^[0-9a-f-]{36}/reviews/[0-9a-f-]{36}/' and path !~ '(^|/)\.\.?(/|$)' and length(path) <= 300
  ),
  constraint review_media_position_check check (position between 0 and 4)
);
alter table public.review_media enable row level security;
grant select on public.review_media to anon, authenticated, service_role;
comment on table public.review_media is
  'Photos of reviews, at most five each, in their order. Seen with the review; written by submit_review and '
  'update_review.';
comment on column public.review_media.path is
  'Path in the bucket `store-media`: <store id>/reviews/<author id>/<file>. A photo belongs to one review.';
comment on column public.review_media.is_visible is
  'Derived: whether its review is visible. Copied, so that access needs no join.';

create table public.review_replies (
  review_id uuid primary key references public.reviews (id) on delete cascade,
  store_id uuid not null references public.stores (id) on delete restrict,
  author_id uuid references auth.users (id) on delete set null,
  body text not null,
  is_visible boolean not null default true,
  edited_at timestamptz,
  created_at timestamptz not null default now(),
  constraint review_replies_body_check check (body <> '' and private.is_prose(body, 2000))
);
create index review_replies_store_id_idx on public.review_replies (store_id);
create index review_replies_author_id_idx on public.review_replies (author_id);
alter table public.review_replies enable row level security;
grant select on public.review_replies to anon, authenticated, service_role;
grant update (body), delete on public.review_replies to authenticated;
-- Insert is not granted: reply_to_review answers once, and tells the author.
comment on table public.review_replies is
  'The store''s answer to a review, one each. Seen with the review; changed and taken back by owner and managers.';
comment on column public.review_replies.author_id is 'Who of the store wrote it; null once the account was deleted.';
comment on column public.review_replies.is_visible is
  'Derived: whether its review is visible. Copied, so that access needs no join.';

create table public.review_votes (
  review_id uuid not null references public.reviews (id) on delete cascade,
  voter_id uuid not null references auth.users (id) on delete cascade,
  value smallint not null,
  created_at timestamptz not null default now(),
  constraint review_votes_pkey primary key (review_id, voter_id),
  constraint review_votes_value_check check (value in (-1, 1))
);
create index review_votes_voter_id_idx on public.review_votes (voter_id);
alter table public.review_votes enable row level security;
grant select on public.review_votes to authenticated, service_role;
comment on table public.review_votes is
  'Who found a review helpful (1) or not (-1). People see their own; written by vote_review.';
