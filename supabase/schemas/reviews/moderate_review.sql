-- Who runs the marketplace decides, and says why to whoever is concerned, in the transaction that does it. A store
-- cannot hide a review: it can only report it.
create or replace function private.moderate_review(
  review_id uuid, action text, rule text, facts text
) returns public.moderation_decisions
language plpgsql volatile
security definer -- clients hold no write grant on reviews and decisions
set search_path = ''
as $$
declare
  v_review public.reviews;
  v_item_id uuid;
  v_causes text[];
  v_rule text := private.tidy_line(moderate_review.rule);
  v_facts text := nullif(private.tidy_prose(moderate_review.facts), '');
  v_decision public.moderation_decisions;
begin
  perform private.require_operator();
  if moderate_review.action is null or moderate_review.action not in ('hide', 'restore', 'keep') then
    raise sqlstate 'PT422' using
      message = 'A review is hidden, restored or kept as it is.', detail = 'invalid_action',
      hint = 'hide, restore or keep';
  end if;
  if length(v_rule) > 200 or length(v_facts) > 2000
    or (moderate_review.action = 'hide' and num_nulls(v_rule, v_facts) > 0)
  then
    raise sqlstate 'PT422' using
      message = 'A review is hidden by a rule (up to 200 characters) and for facts (up to 2000).',
      detail = 'reasons_required';
  end if;
  v_review := private.find_review(moderate_review.review_id);
  select moderation_items.id, moderation_items.causes into v_item_id, v_causes
  from public.moderation_items
  where moderation_items.review_id = v_review.id and moderation_items.closed_at is null
  for no key update;

  if (moderate_review.action = 'hide' and v_review.status = 'hidden')
    or (moderate_review.action = 'restore' and v_review.status = 'visible')
    or (moderate_review.action = 'keep' and v_item_id is null)
  then
    -- Done already, by the same decision; or there is nothing of the kind to decide.
    select * into v_decision
    from public.moderation_decisions
    where moderation_decisions.review_id = v_review.id and moderation_decisions.action = moderate_review.action
    order by moderation_decisions.id desc
    limit 1;
    if not found then
      raise sqlstate 'PT409' using
        message = 'There is nothing to decide like that.', detail = 'nothing_to_decide';
    end if;
    return v_decision;
  end if;

  insert into public.moderation_decisions (
    review_id, item_id, store_id, author_id, action, rule, facts, is_automated, decided_by, appeal_until
  )
  values (
    v_review.id, v_item_id, v_review.store_id, v_review.author_id, moderate_review.action, v_rule, v_facts,
    private.api_role() = 'service_role', (select auth.uid()),
    (
      now() at time zone 'UTC'
      + (select make_interval(months => settings.review_appeal_months) from private.settings)
    ) at time zone 'UTC'
  )
  returning * into v_decision;
  update public.moderation_items set closed_at = now() where moderation_items.id = v_item_id;
  update public.reviews
  set status = case moderate_review.action when 'hide' then 'hidden' else 'visible' end
  where reviews.id = v_review.id and moderate_review.action <> 'keep';
  perform private.tell_decision(v_decision, v_review, coalesce('appealed' = any (v_causes), false));
  return v_decision;
end;
$$;
comment on function private.moderate_review(uuid, text, text, text) is 'See public.moderate_review.';
grant execute on function private.moderate_review(uuid, text, text, text) to anon, authenticated, service_role;

create or replace function public.moderate_review(
  review_id uuid, action text, rule text default null, facts text default null
) returns public.moderation_decisions
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.moderate_review(
    moderate_review.review_id, moderate_review.action, moderate_review.rule, moderate_review.facts
  );
$$;
comment on function public.moderate_review(uuid, text, text, text) is
  'Decides about a review, for those who run the marketplace: hide (with the rule and the facts), restore, or keep it '
  'as it is. Closes the open item, and tells the author, the reporters and, on restoring, the store. Repeating it '
  'answers the decision that stands. Errors: not_signed_in, account_required, session_revoked, '
  'platform_admin_required, invalid_action, reasons_required, review_not_found, nothing_to_decide.';
grant execute on function public.moderate_review(uuid, text, text, text) to anon, authenticated, service_role;
