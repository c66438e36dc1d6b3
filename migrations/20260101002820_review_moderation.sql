-- How a review is judged: people report it, an operator decides and says why, and who is concerned may appeal. A store
-- has no part in it but to report, like everybody. Decisions are a log: never changed, and they outlive the review.
create table public.moderation_items (
  id uuid primary key default private.uuid_v7(),
  review_id uuid not null references public.reviews (id) on delete cascade,
  causes text[] not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  constraint moderation_items_causes_check check (
    cardinality(causes) > 0
    and causes <@ array['reported', 'author_joined_store', 'shares_phone_with_store', 'edited_while_hidden', 'appealed']
  )
);
create unique index moderation_items_one_open_per_review on public.moderation_items (review_id)
  where closed_at is null;
create index moderation_items_review_id_idx on public.moderation_items (review_id);
create index moderation_items_open_idx on public.moderation_items (opened_at) where closed_at is null;
alter table public.moderation_items enable row level security;
grant select on public.moderation_items to authenticated, service_role;
comment on table public.moderation_items is
  'Reviews that somebody should look at; one open item each. Seen by platform admins; closed by moderate_review.';
comment on column public.moderation_items.causes is
  'Why: reported; author_joined_store and shares_phone_with_store: the author may not be independent; '
  'edited_while_hidden; appealed.';

create table public.review_reports (
  review_id uuid not null references public.reviews (id) on delete cascade,
  reporter_id uuid not null references auth.users (id) on delete cascade,
  item_id uuid not null references public.moderation_items (id) on delete cascade,
  reason text not null,
  note text,
  created_at timestamptz not null default now(),
  constraint review_reports_pkey primary key (review_id, reporter_id),
  constraint review_reports_reason_check check (
    reason in ('spam', 'offensive', 'false', 'off_topic', 'personal_data', 'illegal', 'other')
  ),
  constraint review_reports_note_check check (note <> '' and private.is_prose(note, 1000))
);
create index review_reports_reporter_id_idx on public.review_reports (reporter_id);
create index review_reports_item_id_idx on public.review_reports (item_id);
alter table public.review_reports enable row level security;
grant select on public.review_reports to authenticated, service_role;
comment on table public.review_reports is
  'Who reported a review, and why; one report each. Seen by the reporter and by platform admins.';

create table public.moderation_decisions (
  id uuid primary key default private.uuid_v7(),
  review_id uuid not null,
  item_id uuid,
  store_id uuid not null,
  author_id uuid,
  action text not null,
  rule text,
  facts text,
  is_automated boolean not null,
  decided_by uuid,
  appeal_until timestamptz not null,
  created_at timestamptz not null default now(),
  constraint moderation_decisions_action_check check (action in ('hide', 'restore', 'keep')),
  constraint moderation_decisions_rule_check check (private.is_line(rule, 200)),
  constraint moderation_decisions_facts_check check (facts <> '' and private.is_prose(facts, 2000)),
  constraint moderation_decisions_say_why_check check (action <> 'hide' or num_nulls(rule, facts) = 0)
);
create index moderation_decisions_review_id_idx on public.moderation_decisions (review_id, id);
create index moderation_decisions_author_id_idx on public.moderation_decisions (author_id, id);
create index moderation_decisions_item_id_idx on public.moderation_decisions (item_id);
alter table public.moderation_decisions enable row level security;
grant select on public.moderation_decisions to authenticated, service_role;
comment on table public.moderation_decisions is
  'Statements of reasons: what was decided about a review, by which rule and on which facts. Append-only. Seen by '
  'the author, by whoever reported the review, and by platform admins.';
comment on column public.moderation_decisions.review_id is
  'The review. No foreign key, like the other ids: the log outlives what it speaks of.';
comment on column public.moderation_decisions.action is
  'hide, restore, or keep: the review stays as it is, visible or hidden.';
comment on column public.moderation_decisions.is_automated is 'Whether a program decided: a call with the secret key.';
comment on column public.moderation_decisions.decided_by is 'The platform admin; null for a program or Studio.';
comment on column public.moderation_decisions.appeal_until is 'Until when an appeal is taken, six months (UTC).';

create table public.decision_appeals (
  decision_id uuid not null references public.moderation_decisions (id) on delete restrict,
  user_id uuid not null references auth.users (id) on delete cascade,
  body text not null,
  created_at timestamptz not null default now(),
  constraint decision_appeals_pkey primary key (decision_id, user_id),
  constraint decision_appeals_body_check check (body <> '' and private.is_prose(body, 2000))
);
create index decision_appeals_user_id_idx on public.decision_appeals (user_id);
alter table public.decision_appeals enable row level security;
grant select on public.decision_appeals to authenticated, service_role;
comment on table public.decision_appeals is
  'What people say against a decision, once each. Seen by themselves and by platform admins; made by '
  'appeal_decision.';
