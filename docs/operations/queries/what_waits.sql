-- What waits for a decision of yours, the oldest first.
select 'store' as what, stores.name as subject, stores.created_at as since,
  format('select public.set_store_status(%L, ''active'')', stores.id) as to_decide
from public.admin_stores as stores where stores.status = 'pending'
union all
select 'refund', refunds.order_reference || ', ' || refunds.store, refunds.created_at,
  format('select public.decide_refund(%L, true)', refunds.id)
from public.admin_refunds as refunds where refunds.status = 'requested'
union all
select 'review', left(items.body, 60), items.opened_at,
  format('select public.moderate_review(%L, ''keep'')', items.review_id)
from public.admin_moderation as items where items.closed_at is null
union all
select 'message', left(reports.body, 60), reports.created_at,
  format('select public.moderate_message(%L, ''dismiss'')', reports.id)
from public.admin_message_reports as reports where reports.status = 'open'
order by since;
