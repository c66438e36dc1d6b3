-- For those who run the marketplace, in Studio or through the API: names instead of ids. The view runs with the
-- rights of the caller and, on top, shows rows to operators only.
create or replace view public.admin_reviews with (security_invoker = true) as
select
  reviews.id,
  stores.name as store,
  reviews.subject_type,
  coalesce(products.name, services.name, stores.name) as subject,
  reviews.rating,
  reviews.body,
  reviews.author_name,
  reviews.author_id,
  reviews.status,
  reviews.helpful_count,
  reviews.unhelpful_count,
  review_replies.body as reply,
  reviews.edited_after_reply,
  reviews.edited_at,
  reviews.created_at
from public.reviews
join public.stores on stores.id = reviews.store_id
left join public.products on reviews.subject_type = 'product' and products.id = reviews.subject_id
left join public.services on reviews.subject_type = 'service' and services.id = reviews.subject_id
left join public.review_replies on review_replies.review_id = reviews.id
where (select private.is_operator());
grant select on public.admin_reviews to authenticated, service_role;
comment on view public.admin_reviews is 'Reviews of all stores in every state. Rows for operators only.';
