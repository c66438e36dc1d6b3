-- Who is concerned by a decision may have it looked at again: the author by whose review was hidden, a reporter by
-- whose report came to nothing. The appeal opens an item; what comes of it is another decision.
create or replace function private.appeal_decision(decision_id uuid, body text) returns public.decision_appeals
language plpgsql volatile
security definer -- clients hold no write grant on appeals
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_body text := private.read_review_text(appeal_decision.body, 2000, true);
  v_decision public.moderation_decisions;
  v_review public.reviews;
  v_is_author boolean;
  v_is_reporter boolean;
  v_appeal public.decision_appeals;
begin
  select * into v_decision
  from public.moderation_decisions
  where moderation_decisions.id = appeal_decision.decision_id;
  v_is_author := coalesce(v_decision.author_id = v_user_id, false);
  v_is_reporter := exists (
    select from public.review_reports
    where review_reports.review_id = v_decision.review_id and review_reports.reporter_id = v_user_id
  );
  if v_decision.id is null or not (v_is_author or v_is_reporter or private.is_platform_admin()) then
    raise sqlstate 'PT404' using
      message = 'That decision does not exist.', detail = 'decision_not_found';
  end if;
  select * into v_review from public.reviews where reviews.id = v_decision.review_id for no key update;
  -- A review that its author has deleted meanwhile is neither.
  if v_review.id is null
    or not (v_is_author and v_review.status = 'hidden' or v_is_reporter and v_review.status = 'visible')
  then
    raise sqlstate 'PT403' using
      message = 'This decision is not against you.', detail = 'appeal_not_allowed';
  end if;
  select * into v_appeal
  from public.decision_appeals
  where decision_appeals.decision_id = v_decision.id and decision_appeals.user_id = v_user_id;
  if found then
    raise sqlstate 'PT409' using
      message = 'You have appealed against this decision.', detail = 'appeal_exists';
  end if;
  if now() > v_decision.appeal_until or exists (
    select from public.moderation_decisions as later
    where later.review_id = v_decision.review_id and later.id > v_decision.id
  ) then
    raise sqlstate 'PT409' using
      message = 'An appeal against this decision is not taken any more.', detail = 'appeal_closed';
  end if;
  insert into public.decision_appeals (decision_id, user_id, body)
  values (v_decision.id, v_user_id, v_body)
  returning * into v_appeal;
  perform private.open_moderation_item(v_review.id, 'appealed');
  return v_appeal;
end;
$$;
comment on function private.appeal_decision(uuid, text) is 'See public.appeal_decision.';
grant execute on function private.appeal_decision(uuid, text) to anon, authenticated;

create or replace function public.appeal_decision(decision_id uuid, body text) returns public.decision_appeals
language sql volatile security invoker
set search_path = ''
as $$ select * from private.appeal_decision(appeal_decision.decision_id, appeal_decision.body); $$;
comment on function public.appeal_decision(uuid, text) is
  'The author of a hidden review, or who reported one that stayed, has the latest decision about it looked at again: '
  'once each, until moderation_decisions.appeal_until, inclusive. Errors: not_signed_in, account_required, '
  'session_revoked, invalid_text, decision_not_found, appeal_not_allowed, appeal_exists, appeal_closed.';
grant execute on function public.appeal_decision(uuid, text) to anon, authenticated;
