-- The queue of those who run the marketplace, oldest first: what was said, why it should be looked at, and what was
-- decided before. The view runs with the rights of the caller and, on top, shows rows to operators only.
create or replace view public.admin_moderation with (security_invoker = true) as
select
  moderation_items.id,
  moderation_items.review_id,
  stores.name as store,
  reviews.subject_type,
  reviews.rating,
  reviews.body,
  reviews.author_name,
  reviews.status,
  moderation_items.causes,
  coalesce(reports.count, 0) as report_count,
  reports.reasons,
  appeals.body as appeal,
  moderation_items.opened_at,
  moderation_items.closed_at,
  decisions.action as last_action,
  decisions.rule as last_rule,
  decisions.facts as last_facts
from public.moderation_items
join public.reviews on reviews.id = moderation_items.review_id
join public.stores on stores.id = reviews.store_id
left join lateral (
  select count(*) as count, array_agg(distinct review_reports.reason) as reasons
  from public.review_reports
  where review_reports.item_id = moderation_items.id
) as reports on true
left join lateral (
  select moderation_decisions.id, moderation_decisions.action, moderation_decisions.rule, moderation_decisions.facts
  from public.moderation_decisions
  where moderation_decisions.review_id = moderation_items.review_id
  order by moderation_decisions.id desc
  limit 1
) as decisions on true
left join lateral (
  select decision_appeals.body
  from public.decision_appeals
  where decision_appeals.decision_id = decisions.id
  order by decision_appeals.created_at desc
  limit 1
) as appeals on true
where (select private.is_operator())
order by moderation_items.closed_at nulls first, moderation_items.opened_at;
grant select on public.admin_moderation to authenticated, service_role;
comment on view public.admin_moderation is
  'Reviews that somebody should look at, the open ones first, with reports, appeal and the last decision. Rows for '
  'operators only. Decided by moderate_review.';
