-- A report changes nothing in public, however many there are: it only has somebody look. So friends of a store cannot
-- silence a critic, and the store itself may report like everybody.
create or replace function private.report_review(
  review_id uuid, reason text, note text
) returns public.review_reports
language plpgsql volatile
security definer -- clients hold no write grant on reports
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_note text := nullif(private.read_review_text(report_review.note, 1000, false), '');
  v_review public.reviews;
  v_report public.review_reports;
begin
  if report_review.reason is null
    or report_review.reason not in ('spam', 'offensive', 'false', 'off_topic', 'personal_data', 'illegal', 'other')
  then
    raise sqlstate 'PT422' using
      message = 'There is no such reason.', detail = 'invalid_reason',
      hint = 'spam, offensive, false, off_topic, personal_data, illegal or other';
  end if;
  v_review := private.find_review(report_review.review_id);
  if v_review.author_id = v_user_id then
    raise sqlstate 'PT403' using
      message = 'Nobody reports a review of their own.', detail = 'own_review';
  end if;
  select * into v_report
  from public.review_reports
  where review_reports.review_id = v_review.id and review_reports.reporter_id = v_user_id;
  if found then
    return v_report;
  end if;
  perform private.take_daily_use('report_review', (select settings.reports_per_day from private.settings));
  insert into public.review_reports (review_id, reporter_id, item_id, reason, note)
  values (
    v_review.id, v_user_id, private.open_moderation_item(v_review.id, 'reported'), report_review.reason, v_note
  )
  returning * into v_report;
  return v_report;
end;
$$;
comment on function private.report_review(uuid, text, text) is 'See public.report_review.';
grant execute on function private.report_review(uuid, text, text) to anon, authenticated;

create or replace function public.report_review(
  review_id uuid, reason text, note text default null
) returns public.review_reports
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.report_review(report_review.review_id, report_review.reason, report_review.note);
$$;
comment on function public.report_review(uuid, text, text) is
  'Asks those who run the marketplace to look at a review; once each, repeating it answers the first report. reason: '
  'spam, offensive, false, off_topic, personal_data, illegal, other. Errors: not_signed_in, account_required, '
  'session_revoked, invalid_reason, invalid_text, review_not_found, own_review, rate_limited.';
grant execute on function public.report_review(uuid, text, text) to anon, authenticated;
