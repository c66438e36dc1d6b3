-- The author gets the whole statement of reasons, in the app and by mail; whoever reported it learns what came of it;
-- the store hears of what is back. An author hears of `keep` only after an appeal: that somebody looked at a report
-- changes nothing for them.
create or replace function private.tell_decision(
  decision public.moderation_decisions, review public.reviews, is_after_appeal boolean
) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_subject text := left((private.review_subject(review.subject_type, review.subject_id)).name, 120);
  v_data jsonb := jsonb_build_object(
    'review_id', review.id, 'decision_id', decision.id, 'action', decision.action, 'subject_type', review.subject_type,
    'subject_id', review.subject_id
  );
begin
  if review.author_id is not null
    and (decision.action <> 'keep' or (tell_decision.is_after_appeal and review.status = 'hidden'))
  then
    insert into public.notifications (user_id, kind, title, body, data)
    values (
      review.author_id,
      case decision.action
        when 'hide' then 'review_hidden' when 'restore' then 'review_restored' else 'review_appeal_rejected'
      end,
      format(
        case decision.action
          when 'hide' then 'Your review of %s was hidden'
          when 'restore' then 'Your review of %s is visible again'
          else 'Your review of %s stays hidden'
        end,
        v_subject
      ),
      nullif(left(concat_ws(e'\n', decision.rule, decision.facts), 2000), ''),
      v_data || jsonb_build_object('is_automated', decision.is_automated, 'appeal_until', decision.appeal_until)
    );
    insert into private.outbox (template, user_id, payload)
    values (
      'review_decision', review.author_id,
      jsonb_build_object(
        'decision_id', decision.id, 'review_id', review.id, 'action', decision.action, 'subject', v_subject,
        'rating', review.rating, 'review', review.body, 'rule', decision.rule, 'facts', decision.facts,
        'is_automated', decision.is_automated, 'appeal_until', decision.appeal_until,
        'time_zone', (select stores.time_zone from public.stores where stores.id = review.store_id)
      )
    );
  end if;
  insert into public.notifications (user_id, kind, title, data)
  select
    review_reports.reporter_id, 'report_decided',
    format(
      case
        when decision.action = 'hide' then 'The review of %s that you reported was hidden'
        when decision.action = 'restore' then 'The review of %s that you reported is visible again'
        when review.status = 'hidden' then 'The review of %s that you reported stays hidden'
        else 'The review of %s that you reported stays'
      end,
      v_subject
    ),
    v_data
  from public.review_reports
  where review_reports.review_id = review.id
    and (decision.action <> 'keep' or review_reports.item_id = decision.item_id or tell_decision.is_after_appeal);
  if decision.action = 'restore' then
    perform private.tell_store_editors(
      review.store_id, 'review_restored', format('A review of %s is visible again', v_subject), v_data
    );
  end if;
end;
$$;
comment on function private.tell_decision(public.moderation_decisions, public.reviews, boolean) is
  'Tells whoever is concerned what was decided about a review. review: as it was before the decision.';
